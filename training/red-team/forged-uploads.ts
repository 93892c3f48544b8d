import { createRandom, normal } from '../../shared/random.ts';
import { encodeWeights, type Tensor, type Weights } from '../../shared/weights.ts';
import { outputs } from '../model/answers.ts';

/** Malicious uploads made from the base's bytes or numbers, without training. */
export function forgedUploads(base: Weights, seed: number): Record<string, Uint8Array> {
  const random = createRandom(seed);
  const bytes = encodeWeights(base);
  const change = (name: RegExp, to: (value: number) => number) => encodeWeights(mapped(base, name, to));
  const header = bytes.slice();
  header.set([0x50, 0x4b, 3, 4]); // the magic number of a zip file
  return {
    nan: withLast(bytes, Number.NaN),
    infinite: withLast(bytes, Number.POSITIVE_INFINITY),
    short: bytes.slice(0, -4),
    long: lengthened(bytes),
    wrong_magic: header,
    random: encodeWeights(mapped(base, /^(filter|bias|dense)/, () => 0.1 * normal(random))),
    zeros: change(/./, () => 0),
    times_ten: change(/^(filter|bias|dense)/, value => 10 * value),
    class_swapped: encodeWeights(swapped(base, [1, 7])),
    variance_negative: change(/^variance2/, value => -value),
    statistics_poisoned: change(/^(mean|variance)/, value => value * (1 + 0.5 * random())),
  };
}

function lengthened(bytes: Uint8Array): Uint8Array {
  const longer = new Uint8Array(bytes.length + 4);
  longer.set(bytes);
  return longer;
}

function mapped(weights: Weights, which: RegExp, to: (value: number) => number): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [
      name,
      { shape, data: which.test(name) ? data.map(to) : data },
    ]),
  );
}

/** Swaps two classes of finished drawings in the dense layer. */
function swapped(weights: Weights, [one, other]: readonly [number, number]): Weights {
  const swap = ({ shape, data }: Tensor): Tensor => {
    const from = (i: number) => {
      const answer = i % outputs;
      return answer === one ? i - one + other : answer === other ? i - other + one : i;
    };
    return { shape, data: data.map((_, i) => data[from(i)]) };
  };
  return Object.fromEntries(
    Object.entries(weights).map(([name, tensor]) => [name, name.startsWith('dense') ? swap(tensor) : tensor]),
  );
}

/** Replaces the last number and corrects the checksum. `encodeWeights` refuses such numbers. */
function withLast(bytes: Uint8Array, value: number): Uint8Array {
  const forged = bytes.slice();
  const view = new DataView(forged.buffer);
  view.setFloat32(forged.length - 4, value, true);
  let hash = 0x811c9dc5;
  for (const byte of forged.subarray(16)) hash = Math.imul(hash ^ byte, 0x01000193);
  view.setUint32(12, hash >>> 0, true);
  return forged;
}
