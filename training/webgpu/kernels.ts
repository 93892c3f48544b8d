/**
 * The kernels of a training step, in WGSL. Batch norm is folded into filters and biases, as for serving, so the net is a
 * plain one. Numbers stand in vectors of four: four output channels of a place, four of the flat parameters. `override`
 * constants hold a layer's shape; the length of a bound buffer gives the number of images.
 */

/** A 3×3 convolution of stride 1 that keeps its size, a bias, ReLU, and 2×2 pooling where `pool` is 2. */
export function convolutionKernels({ isVector }: { isVector: boolean }): string {
  const each = isVector ? '4 * outputs' : 'outputs'; // vectors of parameters between an input and the next
  return /* wgsl */ `
override group: u32;    // threads of a workgroup
override side: u32;     // of the input, and of the output before pooling
override inputs: u32;   // ${isVector ? 'vectors of input channels' : 'input channels'}
override outputs: u32;  // vectors of output channels
override pool: u32;     // 1 or 2
override first: u32;    // where the layer's filter begins in the parameters; its bias follows
override rows: u32;     // of the batch's images together, that one slice of a filter's gradient sums over

alias Input = ${isVector ? 'vec4f' : 'f32'};
alias Filter = ${isVector ? 'mat4x4f' : 'vec4f'}; // a column for each input channel, a row for each output channel

@group(0) @binding(0) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(1) var<storage, read> input: array<Input>;
@group(0) @binding(2) var<storage, read_write> output: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> corners: array<vec4u>; // which of the four was the largest
@group(0) @binding(4) var<storage, read> gradients: array<vec4f>;     // of the output before ReLU
@group(0) @binding(5) var<storage, read> chosen: array<vec4u>;        // the corners, read

/** Zero outside of the image; a row or column before the first one wraps around to a large number. */
fn inputAt(image: u32, y: u32, x: u32, i: u32) -> Input {
  if (y >= side || x >= side) { return Input(); }
  return input[((image * side + y) * side + x) * inputs + i];
}

fn filterAt(tap: u32, i: u32, o: u32) -> Filter {
  let at = first + (tap * inputs + i) * ${each} + o;
  return ${isVector ? 'mat4x4f(parameters[at], parameters[at + outputs], parameters[at + 2 * outputs], parameters[at + 3 * outputs])' : 'parameters[at]'};
}

/** The gradient of the convolution: pooling passes it to the largest of four places alone. */
fn gradientAt(image: u32, y: u32, x: u32, o: u32) -> vec4f {
  let pooled = side / pool;
  if (y / pool >= pooled || x / pool >= pooled) { return vec4f(); }
  let at = ((image * pooled + y / pool) * pooled + x / pool) * outputs + o;
  if (pool == 1) { return gradients[at]; }
  return select(vec4f(), gradients[at], chosen[at] == vec4u(y % 2 * 2 + x % 2));
}

/** A thread: four channels of a place of the output. */
@compute @workgroup_size(group)
fn convolve(@builtin(global_invocation_id) id: vec3u) {
  let pooled = side / pool;
  let o = id.x % outputs;
  let x = id.x / outputs % pooled * pool;
  let y = id.x / (outputs * pooled) % pooled * pool;
  let image = id.x / (outputs * pooled * pooled);
  if (id.x >= arrayLength(&output)) { return; }
  var sums = mat4x4f(); // a column for each place that is pooled
  for (var tap = 0u; tap < 9; tap++) {
    let top = y + tap / 3 - 1;
    let left = x + tap % 3 - 1;
    for (var i = 0u; i < inputs; i++) {
      let filters = filterAt(tap, i, o);
      sums[0] += filters * inputAt(image, top, left, i);
      if (pool == 2) {
        sums[1] += filters * inputAt(image, top, left + 1, i);
        sums[2] += filters * inputAt(image, top + 1, left, i);
        sums[3] += filters * inputAt(image, top + 1, left + 1, i);
      }
    }
  }
  var largest = sums[0];
  if (pool == 2) {
    var corner = vec4u();
    for (var k = 1u; k < 4; k++) {
      corner = select(corner, vec4u(k), sums[k] > largest);
      largest = max(largest, sums[k]);
    }
    corners[id.x] = corner;
  }
  let bias = parameters[first + 9 * inputs * ${each} + o];
  output[id.x] = max(largest + bias, vec4f());
}

${isVector ? inputGradient : ''}
/** A thread: the sum over one slice of the batch, for one tap's filter between inputs and four outputs, or a bias. */
@compute @workgroup_size(group)
fn filterGradient(@builtin(global_invocation_id) id: vec3u) {
  let filters = 9 * inputs * outputs;
  let which = id.x % (filters + outputs);
  let slice = id.x / (filters + outputs);
  let start = slice * (9 * inputs * ${each} + outputs);
  if (start >= arrayLength(&output)) { return; }
  let pooled = side / pool;
  let allRows = arrayLength(&gradients) / (pooled * pooled * outputs) * side; // of the batch's images together
  let o = which % outputs;
  let tap = which / outputs / inputs;
  let i = which / outputs % inputs;
  let isBias = which >= filters;
  var sum = Filter();
  var biasSum = vec4f();
  for (var row = slice * rows; row < min((slice + 1) * rows, allRows); row++) {
    let image = row / side;
    let y = row % side;
    for (var x = 0u; x < side; x++) {
      let gradient = gradientAt(image, y, x, o);
      if (isBias) { biasSum += gradient; continue; }
      let value = inputAt(image, y + tap / 3 - 1, x + tap % 3 - 1, i);
      sum += ${isVector ? 'Filter(gradient * value.x, gradient * value.y, gradient * value.z, gradient * value.w)' : 'gradient * value'};
    }
  }
  if (isBias) { output[start + 9 * inputs * ${each} + o] = biasSum; return; }
  let at = start + (tap * inputs + i) * ${each} + o;
  ${isVector ? 'for (var k = 0u; k < 4; k++) { output[at + k * outputs] = sum[k]; }' : 'output[at] = sum;'}
}
`;
}

/** For layers whose input is another layer's output: ReLU passes no gradient where that output is zero. */
const inputGradient = /* wgsl */ `
/** A thread: four channels of a place of the input. */
@compute @workgroup_size(group)
fn inputGradient(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x % inputs;
  let x = id.x / inputs % side;
  let y = id.x / (inputs * side) % side;
  let image = id.x / (inputs * side * side);
  if (id.x >= arrayLength(&output)) { return; }
  var sum = vec4f();
  for (var tap = 0u; tap < 9; tap++) {
    for (var o = 0u; o < outputs; o++) {
      sum += gradientAt(image, y + 1 - tap / 3, x + 1 - tap % 3, o) * filterAt(tap, i, o);
    }
  }
  output[id.x] = select(vec4f(), sum, input[id.x] > vec4f());
}
`;

/** The answer layer: every feature to every class. */
export const answerKernels = /* wgsl */ `
override group: u32;
override features: u32;
override classes: u32;
override first: u32; // where the layer's matrix begins in the parameters; its bias follows

@group(0) @binding(0) var<storage, read> parameters: array<f32>;
@group(0) @binding(1) var<storage, read> input: array<f32>;
@group(0) @binding(2) var<storage, read_write> output: array<f32>;
@group(0) @binding(3) var<storage, read> gradients: array<f32>; // of the logits

/** A thread: a logit. */
@compute @workgroup_size(group)
fn answer(@builtin(global_invocation_id) id: vec3u) {
  let k = id.x % classes;
  let image = id.x / classes;
  if (id.x >= arrayLength(&output)) { return; }
  var sum = parameters[first + features * classes + k];
  for (var i = 0u; i < features; i++) {
    sum += input[image * features + i] * parameters[first + i * classes + k];
  }
  output[id.x] = sum;
}

/** A thread: a feature of an image. */
@compute @workgroup_size(group)
fn featureGradient(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x % features;
  let image = id.x / features;
  if (id.x >= arrayLength(&output)) { return; }
  var sum = 0.0;
  for (var k = 0u; k < classes; k++) {
    sum += gradients[image * classes + k] * parameters[first + i * classes + k];
  }
  output[id.x] = select(0.0, sum, input[id.x] > 0);
}

/** A thread: a number of the matrix, or of the bias. */
@compute @workgroup_size(group)
fn answerGradient(@builtin(global_invocation_id) id: vec3u) {
  let k = id.x % classes;
  let i = id.x / classes;
  if (i > features) { return; }
  var sum = 0.0;
  for (var image = 0u; image < arrayLength(&gradients) / classes; image++) {
    sum += select(1.0, input[image * features + i], i < features) * gradients[image * classes + k];
  }
  output[id.x] = sum;
}
`;

/** The parameters of a step: the last part of each upload. */
const step = /* wgsl */ `
struct Step {
  rate: f32,        // of Adam
  shrink: f32,      // what weights keep of themselves
  keep: f32,        // what averaged weights keep of themselves
  first: f32,       // what makes up for running means that began at zero
  second: f32,
  slot: f32,        // where the report goes
  taught: f32,      // so many images are to be read as the reference reads them
}
`;

/**
 * Cross entropy with soft targets of each answer, its gradient, and whether the digit was right. An answer whose targets
 * are zeros is not asked; the first one asked shows whether the digit is right.
 */
export function lossKernel(answers: readonly number[]): string {
  const starts = answers.map((_, i) => answers.slice(0, i).reduce((sum, count) => sum + count, 0));
  const calls = answers.map((count, i) => `answer(image, ${starts[i]}, ${count}, images);`).join('\n  ');
  return /* wgsl */ `
${step}
override group: u32;
override classes: u32; // of all answers together

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> reference: array<f32>; // logits too
@group(0) @binding(2) var<storage, read> targets: array<f32>;
@group(0) @binding(3) var<storage, read_write> gradients: array<f32>; // of the logits
@group(0) @binding(4) var<storage, read_write> reports: array<vec2f>; // loss and 1 where right, of each image of a step
@group(0) @binding(5) var<storage, read> now: Step;

var<private> total: f32;
var<private> isKnown: bool;
var<private> isRight: bool;

/** One answer to an image: \`count\` logits from \`first\` on. */
fn answer(image: u32, first: u32, count: u32, images: u32) {
  let start = image * classes + first;
  var predicted = 0u;
  var truth = 0u;
  var referenceLargest = reference[start];
  for (var k = 1u; k < count; k++) {
    if (logits[start + k] > logits[start + predicted]) { predicted = k; }
    if (targets[start + k] > targets[start + truth]) { truth = k; }
    referenceLargest = max(referenceLargest, reference[start + k]);
  }
  let largest = logits[start + predicted];
  var sum = 0.0;
  var referenceSum = 0.0;
  var asked = 0.0;
  for (var k = 0u; k < count; k++) {
    sum += exp(logits[start + k] - largest);
    referenceSum += exp(reference[start + k] - referenceLargest);
    asked += targets[start + k];
  }
  if (asked > 0 && !isKnown) {
    isKnown = true;
    isRight = predicted == truth;
  }
  let isTaught = f32(image) < now.taught;
  let weight = select(asked, 1.0, isTaught);
  for (var k = 0u; k < count; k++) {
    let shifted = logits[start + k] - largest;
    let read = exp(reference[start + k] - referenceLargest) / referenceSum;
    let wanted = select(targets[start + k], read, isTaught);
    total += wanted * (log(sum) - shifted);
    gradients[start + k] = (weight * exp(shifted) / sum - wanted) / f32(images);
  }
}

/** A thread: an image. */
@compute @workgroup_size(group)
fn loss(@builtin(global_invocation_id) id: vec3u) {
  let image = id.x;
  let images = arrayLength(&gradients) / classes;
  if (image >= images) { return; }
  ${calls}
  reports[u32(now.slot) * images + image] = vec2f(total, select(0.0, 1.0, isRight));
}
`;
}

/** Adam on the flat parameters, all layers at once. Sums the slices of each gradient first. */
export const adamKernel = /* wgsl */ `
${step}
override group: u32;
override beta1: f32;
override beta2: f32;
override fresh1: f32; // 1 − beta1, of more digits than single precision would leave
override fresh2: f32;
override epsilon: f32;

struct Layer { first: u32, count: u32, slices: u32, gradients: u32 } // vectors; where its gradients begin

@group(0) @binding(0) var<storage, read_write> state: array<vec4f>; // parameters, two running means, averaged parameters
@group(0) @binding(1) var<storage, read_write> folded: array<vec4f>;
@group(0) @binding(2) var<storage, read> norms: array<vec4f>;       // scales, then shifts: folded = scale · parameter + shift
@group(0) @binding(3) var<storage, read> gradients: array<vec4f>;   // of the folded parameters, in slices
@group(0) @binding(4) var<storage, read> layers: array<Layer>;
@group(0) @binding(5) var<storage, read> now: Step;

/** A thread: four parameters. */
@compute @workgroup_size(group)
fn adam(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  let count = arrayLength(&folded);
  if (i >= count) { return; }
  var own = layers[0];
  for (var k = 1u; k < arrayLength(&layers) && layers[k].first <= i; k++) { own = layers[k]; }
  if (own.slices == 0u) { return; } // a frozen stage
  var gradient = vec4f();
  for (var slice = 0u; slice < own.slices; slice++) {
    gradient += gradients[own.gradients + slice * own.count + i - own.first];
  }
  gradient *= norms[i];
  let first = state[count + i] * beta1 + gradient * fresh1;
  let second = state[2 * count + i] * beta2 + gradient * gradient * fresh2;
  let change = first * now.first / (sqrt(second * now.second) + epsilon) * now.rate;
  let moved = state[i] * now.shrink - change;
  state[i] = moved;
  state[count + i] = first;
  state[2 * count + i] = second;
  state[3 * count + i] = state[3 * count + i] * now.keep + moved * (1 - now.keep);
  folded[i] = moved * norms[i] + norms[count + i];
}
`;
