import { chance, createRandom, int, normal, type Random, uniform } from '../../shared/random.ts';
import { displaceStrokes } from './redraw.ts';
import { type Curves, drawCurves } from './synthetic-glyphs.ts';

/**
 * Signs that nobody uses: a few lines, corners, arcs and curves on a pad of 100 × 100. Pretraining classifies them
 * beside the digits, so that a room can teach signs of its own from few examples.
 */

type Point = readonly [number, number];

const wobble = 2; // standard deviation of every point from its place, beside that of `drawCurves`

/** Draws one of the signs 0, 1, 2, … as another hand would. Flat strokes. */
export function drawSign(sign: number, random: Random): number[][] {
  const curves = signOf(sign);
  const moved = curves.map(stroke =>
    stroke.map(curve =>
      curve.map(([x, y]): Point => [x + wobble * normal(random), y + wobble * normal(random)]),
    ),
  );
  return displaceStrokes(drawCurves(moved, random), random);
}

const signs = new Map<number, Curves>();

function signOf(sign: number): Curves {
  const known = signs.get(sign) ?? makeUp(createRandom(sign + 1));
  signs.set(sign, known);
  return known;
}

/** One to four strokes, mostly two. */
function makeUp(random: Random): Curves {
  const strokes = 1 + Math.min(3, Math.floor(-Math.log(1 - random()) * 1.1 + random()));
  return Array.from({ length: strokes }, () => {
    const kind = random();
    if (kind < 0.3) return [line(random)];
    if (kind < 0.45) return [arc(random)];
    return kind < 0.75 ? corners(random) : [curve(random)];
  });
}

const anywhere = (random: Random): Point => [uniform(random, [0, 100]), uniform(random, [0, 100])];
const commonDirections = [0, Math.PI / 2, Math.PI / 4, -Math.PI / 4];

function line(random: Random): Point[] {
  const [x, y] = anywhere(random);
  const length = uniform(random, [30, 90]);
  const direction = chance(random, 0.6)
    ? (commonDirections[int(random, commonDirections.length)] ?? 0)
    : uniform(random, [0, Math.PI]);
  return [
    [x, y],
    [x + length * Math.cos(direction), y + length * Math.sin(direction)],
  ];
}

/** A ring or a part of one. */
function arc(random: Random): Point[] {
  const [x, y] = [uniform(random, [25, 75]), uniform(random, [25, 75])];
  const width = uniform(random, [12, 45]);
  const height = width * uniform(random, [0.6, 1.5]);
  const from = uniform(random, [0, 2 * Math.PI]);
  const turn = chance(random, 0.4) ? 2 * Math.PI : uniform(random, [1.8, 5]);
  const sweep = chance(random, 0.5) ? turn : -turn;
  const count = Math.max(4, Math.ceil(turn / 0.7));
  return Array.from({ length: count + 1 }, (_, i) => {
    const angle = from + (sweep * i) / count;
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)];
  });
}

function corners(random: Random): Point[][] {
  const count = 2 + int(random, 3);
  return Array.from({ length: count }, (_, i) =>
    i === 0 ? [anywhere(random), anywhere(random)] : [anywhere(random)],
  );
}

const curve = (random: Random): Point[] => Array.from({ length: 3 + int(random, 4) }, () => anywhere(random));
