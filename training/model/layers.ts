import * as tf from '@tensorflow/tfjs-core';

export const epsilon = 1e-5; // keeps 1/√variance finite

/**
 * Normalises each column of x [m,c] to mean 0 and variance 1. The gradient is written out: autodiff would keep four more
 * tensors of this size.
 */
export function normalise(x: tf.Tensor2D): tf.Tensor2D {
  const op = tf.customGrad((input, save) => {
    if (!(input instanceof tf.Tensor) || typeof save !== 'function')
      throw new Error('normalise takes one tensor');
    const centred = tf.sub(input, columnMeans(rankTwo(input)));
    const scale = tf.rsqrt(tf.add(columnMeans(tf.square(rankTwo(centred))), epsilon));
    const value = tf.mul(centred, scale);
    save([value, scale]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [y, perColumn] = saved;
        if (!y || !perColumn) throw new Error('normalise: a saved tensor is missing');
        const along = columnMeans(rankTwo(tf.mul(dy, y)));
        const level = columnMeans(rankTwo(dy));
        return tf.mul(tf.sub(tf.sub(dy, level), tf.mul(y, along)), perColumn);
      },
    };
  });
  return rankTwo(op(x));
}

/** Normalises x by given means and variances [c]. */
export function normaliseBy(x: tf.Tensor2D, mean: tf.Tensor, variance: tf.Tensor): tf.Tensor2D {
  const scale = tf.rsqrt(tf.add(variance, epsilon));
  return tf.add(tf.mul(x, scale), tf.neg(tf.mul(mean, scale)));
}

/** Cross entropy between soft targets and softmax(logits), both [n,10], averaged over the batch. */
export function crossEntropy(targets: tf.Tensor2D, logits: tf.Tensor2D): tf.Scalar {
  const op = tf.customGrad((input, save) => {
    if (!(input instanceof tf.Tensor) || typeof save !== 'function')
      throw new Error('crossEntropy takes logits');
    const shifted = tf.sub(input, tf.max(input, 1, true)); // keeps exp finite
    const logSum = tf.log(tf.sum(tf.exp(shifted), 1, true));
    save([tf.softmax(input)]);
    return {
      value: tf.mean(tf.sum(tf.mul(targets, tf.sub(logSum, shifted)), 1)),
      gradFunc: (dy: tf.Tensor, [probabilities]: tf.Tensor[]) => {
        if (!probabilities) throw new Error('crossEntropy: a saved tensor is missing');
        return tf.mul(tf.sub(probabilities, targets), tf.div(dy, targets.shape[0]));
      },
    };
  });
  return tf.reshape<tf.Rank.R0>(op(logits), []);
}

/** [m,c] → [1,c], as a product with ones: WASM sums over the first axis by transposing the whole tensor. */
export function columnMeans(x: tf.Tensor2D): tf.Tensor2D {
  return tf.matMul(tf.fill<tf.Rank.R2>([1, x.shape[0]], 1 / x.shape[0]), x);
}

export const rankTwo = (x: tf.Tensor) => tf.reshape<tf.Rank.R2>(x, [x.shape[0] ?? 0, -1]);
