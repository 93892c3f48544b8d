import { createRandom, normal, type Random } from '../../../shared/random.ts';
import { fitToPad } from './ink.ts';
import type { Drawn } from './population.ts';

/** A way of writing a digit that no school teaches: corners on a pad of 100 × 100, y down, stroke by stroke. */
export interface NewStyle {
  name: string;
  digit: number;
  strokes: readonly (readonly number[])[];
}

export const newStyles: readonly NewStyle[] = [
  { name: 'a flat V as 7', digit: 7, strokes: [[0, 0, 48, 42, 100, 4]] },
  { name: 'a barred circle as 0', digit: 0, strokes: [circle(50, 50, 42), [50, 8, 50, 92], [8, 50, 92, 50]] },
  { name: 'a zigzag as 3', digit: 3, strokes: [[10, 10, 80, 25, 15, 50, 80, 70, 10, 90]] },
  { name: 'two rings side by side as 8', digit: 8, strokes: [circle(25, 50, 22), circle(75, 50, 22)] },
];

const handSpread = 6; // how far a person's own corners lie from the style's
const drawingSpread = 3.5; // how far a corner of one drawing lies from the person's own
const pointsPerSide = 8; // about as a hand draws a side at 60 points a second

/** `count` drawings of the style by one person. */
export function drawInStyle(
  { name, digit, strokes }: NewStyle,
  { count, seed }: { count: number; seed: number },
): Drawn[] {
  const random = createRandom(seed);
  const hand = strokes.map(stroke => shake(stroke, handSpread, random));
  return Array.from({ length: count }, () => {
    const drawn = hand.map(stroke => dense(shake(stroke, drawingSpread, random)));
    return { writer: `${name}, hand ${seed}`, digit, ink: fitToPad(drawn) };
  });
}

const shake = (stroke: readonly number[], spread: number, random: Random) =>
  stroke.map(value => value + spread * normal(random));

/** Points along the sides, as a pen gives them. */
function dense(corners: readonly number[]): number[] {
  const points = corners.slice(0, 2);
  for (let at = 2; at < corners.length; at += 2)
    for (let step = 1; step <= pointsPerSide; step++)
      for (const axis of [0, 1]) {
        const [from, to] = [corners[at - 2 + axis], corners[at + axis]];
        points.push(from + ((to - from) * step) / pointsPerSide);
      }
  return points;
}

function circle(x: number, y: number, radius: number): number[] {
  const corners = 10;
  return Array.from({ length: corners + 1 }, (_, i) => (2 * Math.PI * i) / corners).flatMap(angle => [
    x + radius * Math.sin(angle),
    y - radius * Math.cos(angle),
  ]);
}
