/**
 * The dense layer gives several answers to one image, each a softmax of its own: the digit of a finished drawing, the
 * digit that an unfinished one becomes, and whether the drawing is finished, [no, yes].
 */
export const answers = [10, 10, 2] as const;
/** Numbers of all answers together. */
export const outputs = 22;

/** Turns logits, n × the sum of `groups`, into probabilities, in place. */
export function softmaxInPlace(logits: Float32Array, groups: readonly number[]): Float32Array {
  for (let from = 0; from < logits.length; ) {
    for (const size of groups) {
      const group = logits.subarray(from, from + size);
      const max = Math.max(...group);
      let sum = 0;
      for (let k = 0; k < size; k++) {
        group[k] = Math.exp(group[k] - max);
        sum += group[k];
      }
      for (let k = 0; k < size; k++) group[k] /= sum;
      from += size;
    }
  }
  return logits;
}

/** n × 10: the digits of finished drawings, out of n × `outputs`. */
export function wholeOf(read: Float32Array): Float32Array {
  const n = read.length / outputs;
  const whole = new Float32Array(n * 10);
  for (let i = 0; i < n; i++) whole.set(read.subarray(i * outputs, i * outputs + 10), i * 10);
  return whole;
}
