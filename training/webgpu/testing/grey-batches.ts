import { createRandom, type Random, uniform } from '../../../shared/random.ts';
import type { Batch } from '../../dataset/batches.ts';

/** Images half of paper and half of grey, and targets that sum to 1: the same for the same seed, here and in a page. */
export function* greyBatches(seed: number, images: number): Generator<Batch, never, undefined> {
  const random = createRandom(seed);
  for (;;) {
    yield {
      images: Float32Array.from({ length: images * 784 }, () => Math.max(0, uniform(random, [-1, 1]))),
      targets: softTargets(random, { images, classes: 10 }),
    };
  }
}

export function softTargets(random: Random, { images, classes }: { images: number; classes: number }) {
  const targets = Float32Array.from({ length: images * classes }, random);
  for (let row = 0; row < images; row++) {
    const own = targets.subarray(row * classes, (row + 1) * classes);
    const sum = own.reduce((all, value) => all + value, 0);
    own.forEach((value, k) => {
      own[k] = value / sum;
    });
  }
  return targets;
}
