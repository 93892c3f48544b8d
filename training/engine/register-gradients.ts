import * as tf from '@tensorflow/tfjs-core';

/**
 * tfjs-core ships without gradients, and its own collection cannot be imported in Node. These are the gradients that the
 * model's ops need, for every backend. Further calls do nothing.
 */
export function registerGradients(): void {
  if (tf.getGradient(tf.Conv2D)) return;
  tf.registerGradient({
    kernelName: tf.Conv2D,
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, saved, { strides, pad, dataFormat }) => {
      const [x, filter] = both(saved);
      const dilations = 1;
      const attrs = { strides, pad, dataFormat, dilations };
      return {
        x: () => run(tf.Conv2DBackpropInput, { dy: one(dy), filter }, { ...attrs, inputShape: x.shape }),
        filter: () =>
          run(tf.Conv2DBackpropFilter, { x, dy: one(dy) }, { ...attrs, filterShape: filter.shape }),
      };
    },
  });
  tf.registerGradient({
    kernelName: tf.MaxPool,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const [input, output] = both(saved);
      return { x: () => run(tf.MaxPoolGrad, { dy: one(dy), input, output }, attrs) };
    },
  });
  tf.registerGradient({
    kernelName: tf.Relu,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => tf.mul(one(dy), tf.step(present(y))) }),
  });
  tf.registerGradient({
    kernelName: tf.Reshape,
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => tf.reshape(one(dy), present(x).shape) }),
  });
  tf.registerGradient({
    kernelName: tf.Add,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = both(saved);
      return { a: () => summedTo(one(dy), a.shape), b: () => summedTo(one(dy), b.shape) };
    },
  });
  tf.registerGradient({
    kernelName: tf.Multiply,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = both(saved);
      return {
        a: () => summedTo(tf.mul(one(dy), b), a.shape),
        b: () => summedTo(tf.mul(one(dy), a), b.shape),
      };
    },
  });
  tf.registerGradient({
    kernelName: tf.BatchMatMul,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved, { transposeA, transposeB }) => {
      if (transposeA || transposeB) throw new Error('Only plain products have gradients here');
      const [a, b] = both(saved);
      return {
        a: () => tf.matMul(one(dy), tf.transpose(b)),
        b: () => tf.matMul(tf.transpose(a), one(dy)),
      };
    },
  });
}

/** Sums the gradient over the rows, where the forward pass broadcast along the rows. */
function summedTo(dy: tf.Tensor, shape: number[]): tf.Tensor {
  if (dy.shape.length === shape.length) return dy.clone();
  if (dy.shape.length !== 2 || shape.length !== 1)
    throw new Error(`No gradient for [${dy.shape}] of [${shape}]`);
  const [rows = 0, columns = 0] = dy.shape;
  return tf.reshape(tf.matMul(tf.ones([1, rows]), tf.reshape<tf.Rank.R2>(dy, [rows, columns])), shape);
}

function run(name: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap): tf.Tensor {
  return one(tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(name, inputs, attrs));
}

const one = (tensor: tf.Tensor | tf.Tensor[]) => present(Array.isArray(tensor) ? tensor[0] : tensor);
const both = ([first, second]: tf.Tensor[]): [tf.Tensor, tf.Tensor] => [present(first), present(second)];

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('A gradient needs a saved tensor that is missing');
  return value;
}
