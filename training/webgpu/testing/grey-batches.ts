import { createRandom, type Random, uniform } from '../../../shared/random.ts';
import type { Batch } from '../../dataset/batches.ts';
import { answers } from '../../model/answers.ts';

/** Images half of paper and half of grey, and targets that sum to 1: the same for the same seed, here and in a page. */
export function* greyBatches(seed: number, images: number): Generator<Batch, never, undefined> {
  const random = createRandom(seed);
  for (;;) {
    yield {
      images: Float32Array.from({ length: images * 784 }, () => Math.max(0, uniform(random, [-1, 1]))),
      targets: softTargets(random, { images, answers }),
    };
  }
}

export function softTargets(random: Random, wanted: { images: number; answers: readonly number[] }) {
  const classes = wanted.answers.reduce((sum, count) => sum + count, 0);
  const targets = Float32Array.from({ length: wanted.images * classes }, random);
  for (let from = 0; from < targets.length; ) {
    for (const count of wanted.answers) {
      const own = targets.subarray(from, from + count);
      const sum = own.reduce((all, value) => all + value, 0);
      own.forEach((value, k) => {
        own[k] = value / sum;
      });
      from += count;
    }
  }
  return targets;
}
