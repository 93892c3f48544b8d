import { chance, normal, type Random, uniform } from '../../shared/random.ts';

// Adds styles to strokes thinned from MNIST: features that are rare in MNIST and common elsewhere.

type Strokes = readonly (readonly number[])[];
type Point = readonly [number, number];

export const styleShares = {
  flag: 0.6,
  foot: 0.22,
  flick: 0.1,
  bar: 0.3,
  hook: 0.4, // of bars
  serif: 0.15,
  slash: 0.18,
  curl: 0.25,
};

/** The digit's strokes, with a flag, foot, flick, bar, serif, slash or curl added at random. Any scale, y down. */
export function applyStyle(digit: number, strokes: Strokes, random: Random): Strokes {
  if (digit === 0 && chance(random, styleShares.slash)) return [...strokes, slash(strokes, random)];
  if (digit === 1) return decorateOne(strokes, random);
  if (digit === 7) return decorateSeven(strokes, random);
  if (digit === 9 && chance(random, styleShares.curl)) return [...strokes, curl(strokes, random)];
  return strokes;
}

/** The flag of a 1: from a tick at the top to an upstroke nearly as long as the stem, as European schools teach it. */
function decorateOne(strokes: Strokes, random: Random): Strokes {
  if (strokes.length !== 1) return strokes; // it already has a flag or a foot
  const { height } = boxOf(strokes);
  const top = extreme(strokes, -1);
  const bottom = extreme(strokes, 1);
  const added: number[][] = [];
  if (chance(random, styleShares.flag)) {
    const length = height * uniform(random, [0.12, 0.72]);
    // A longer flag is steeper: a long flat one would make a 7. The angle is measured from straight down.
    const angle = uniform(random, [0.35, length > 0.45 * height ? 0.85 : 1.15]);
    const [x, y] = [top[0] - length * Math.sin(angle), top[1] + length * Math.cos(angle)];
    const bow = normal(random) * 0.06 * length;
    added.push([x, y, (x + top[0]) / 2 + bow, (y + top[1]) / 2 + bow, top[0], top[1]]);
  }
  if (chance(random, styleShares.foot)) {
    const half = height * uniform(random, [0.12, 0.38]);
    const tilt = normal(random) * 0.06 * half;
    added.push([bottom[0] - half, bottom[1] + tilt, bottom[0] + half, bottom[1] - tilt]);
  } else if (chance(random, styleShares.flick)) {
    const length = height * uniform(random, [0.08, 0.28]);
    const rise = length * uniform(random, [0.1, 0.9]);
    added.push([
      bottom[0],
      bottom[1],
      bottom[0] + 0.4 * length,
      bottom[1],
      bottom[0] + length,
      bottom[1] - rise,
    ]);
  }
  return [...added, ...strokes];
}

function decorateSeven(strokes: Strokes, random: Random): Strokes {
  const { minX, minY, width, height } = boxOf(strokes);
  const added: number[][] = [];
  if (chance(random, styleShares.bar)) {
    const [x, y] = nearestTo(strokes, [minX + width, minY + height * uniform(random, [0.42, 0.66])]);
    const half = width * uniform(random, [0.18, 0.42]);
    const tilt = normal(random) * 0.15 * half;
    const hook = height * uniform(random, [0.05, 0.16]);
    const start = chance(random, styleShares.hook)
      ? [x - half + 0.3 * normal(random) * hook, y + tilt + hook]
      : [];
    added.push([...start, x - half, y + tilt, x + half, y - tilt]);
  }
  if (chance(random, styleShares.serif)) {
    const [x, y] = nearestTo(strokes, [minX, minY]);
    added.push([x, y, x + normal(random) * 0.05 * width, y + height * uniform(random, [0.08, 0.24])]);
  }
  return [...strokes, ...added];
}

function slash(strokes: Strokes, random: Random): number[] {
  const { minX, minY, width, height } = boxOf(strokes);
  const reach = uniform(random, [-0.25, 0.15]); // beyond the ring, or inside it
  const jitter = () => normal(random) * 0.06;
  const direction = random();
  if (direction < 0.2) {
    const x = minX + width * (0.5 + jitter());
    return [x, minY - height * reach, x + width * jitter(), minY + height * (1 + reach)];
  }
  if (direction < 0.4) {
    const y = minY + height * (0.5 + jitter());
    return [minX - width * reach, y, minX + width * (1 + reach), y + height * jitter()];
  }
  return [
    minX + width * (1 + reach + jitter()),
    minY - height * (reach + jitter()),
    minX - width * (reach + jitter()),
    minY + height * (1 + reach + jitter()),
  ];
}

/** The tail of a 9, curved to the left and up. */
function curl(strokes: Strokes, random: Random): number[] {
  const { width, height } = boxOf(strokes);
  const [x, y] = extreme(strokes, 1);
  const reach = width * uniform(random, [0.25, 1.1]);
  const rise = height * uniform(random, [-0.02, 0.25]);
  const drop = height * uniform(random, [0, 0.06]);
  return [x, y, x - 0.3 * reach, y + drop, x - 0.7 * reach, y + drop - 0.3 * rise, x - reach, y - rise];
}

function boxOf(strokes: Strokes) {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points(strokes)) {
    minX = Math.min(minX, x);
    maxX = Math.max(maxX, x);
    minY = Math.min(minY, y);
    maxY = Math.max(maxY, y);
  }
  return { minX, minY, width: maxX - minX, height: maxY - minY };
}

/** The highest point (−1) or the lowest (1). */
function extreme(strokes: Strokes, sign: -1 | 1): Point {
  return best(strokes, ([, y]) => sign * y);
}

function nearestTo(strokes: Strokes, [u, v]: Point): Point {
  return best(strokes, ([x, y]) => -((x - u) ** 2 + 4 * (y - v) ** 2)); // height counts double
}

function best(strokes: Strokes, score: (point: Point) => number): Point {
  let winner: Point = [0, 0];
  let highest = -Infinity;
  for (const point of points(strokes)) {
    const value = score(point);
    if (value <= highest) continue;
    highest = value;
    winner = point;
  }
  return winner;
}

function* points(strokes: Strokes): Generator<Point> {
  for (const stroke of strokes) {
    for (let i = 0; i + 1 < stroke.length; i += 2) yield [stroke[i] ?? 0, stroke[i + 1] ?? 0];
  }
}
