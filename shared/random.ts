/** A seeded generator: each call returns the next number in [0, 1). */
export type Random = () => number;

/** sfc32 (Chris Doty-Humphrey, PractRand), warmed up so that neighbouring seeds diverge. */
export function createRandom(seed: number): Random {
  let a = seed >>> 0;
  let b = Math.trunc(seed / 2 ** 32) >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}

/** A number in [low, high). */
export function uniform(random: Random, [low, high]: readonly [number, number]): number {
  return low + (high - low) * random();
}

/** A whole number in 0 … below − 1. */
export function int(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** Mean 0, variance 1, by Box and Muller. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

/** Shuffles in place (Fisher and Yates) and returns its argument. */
export function shuffle<T extends Int32Array | Uint32Array>(random: Random, items: T): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = int(random, i + 1);
    const held = items[i] ?? 0;
    items[i] = items[j] ?? 0;
    items[j] = held;
  }
  return items;
}
