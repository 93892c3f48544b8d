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

/**
 * Cross entropy between soft targets and the softmax of each answer, both [n, outputs], averaged over the batch. An answer
 * whose targets are zeros is not asked: it adds no loss and no gradient.
 */
export function crossEntropy(
  targets: tf.Tensor2D,
  logits: tf.Tensor2D,
  answers: readonly number[],
): tf.Scalar {
  const op = tf.customGrad((input, save) => {
    if (!(input instanceof tf.Tensor) || typeof save !== 'function')
      throw new Error('crossEntropy takes logits');
    const wanted = tf.split(targets, [...answers], 1);
    const parts = tf.split(rankTwo(input), [...answers], 1).map((part, i) => {
      const shifted = tf.sub(part, tf.max(part, 1, true)); // keeps exp finite
      const logSum = tf.log(tf.sum(tf.exp(shifted), 1, true));
      const loss = tf.sum(tf.mul(wanted[i], tf.sub(logSum, shifted)), 1);
      const asked = tf.sum(wanted[i], 1, true);
      return { loss, gradient: tf.sub(tf.mul(tf.softmax(part), asked), wanted[i]) };
    });
    save([
      tf.concat(
        parts.map(({ gradient }) => gradient),
        1,
      ),
    ]);
    return {
      value: tf.mean(tf.addN(parts.map(({ loss }) => loss))),
      gradFunc: (dy: tf.Tensor, [gradient]: tf.Tensor[]) => {
        if (!gradient) throw new Error('crossEntropy: a saved tensor is missing');
        return tf.mul(gradient, tf.div(dy, targets.shape[0]));
      },
    };
  });
  return tf.reshape<tf.Rank.R0>(op(logits), []);
}

/** The softmax of each answer, [n, outputs]. */
export function softmaxOf(logits: tf.Tensor2D, answers: readonly number[]): tf.Tensor2D {
  return tf.concat2d(
    tf.split(logits, [...answers], 1).map(part => rankTwo(tf.softmax(part))),
    1,
  );
}

/** [m,c] → [1,c], as a product with ones: WASM sums over the first axis by transposing the whole tensor. */
export function columnMeans(x: tf.Tensor2D): tf.Tensor2D {
  return tf.matMul(tf.fill<tf.Rank.R2>([1, x.shape[0]], 1 / x.shape[0]), x);
}

export const rankTwo = (x: tf.Tensor) => tf.reshape<tf.Rank.R2>(x, [x.shape[0] ?? 0, -1]);
