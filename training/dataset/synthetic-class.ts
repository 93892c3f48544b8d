import { createRandom, normal, type Random } from '../../shared/random.ts';
import { rasterise } from '../../shared/rasterise.ts';
import { drawGlyph } from '../glyphs/synthetic-glyphs.ts';
import type { LabelledSample } from './labelled-samples.ts';

/**
 * Synthetic authors for tests and benches. Each has their own slant and width; all write a 1 with a level flag and a 0
 * with a bar across, which the shipped model mostly misreads.
 */
export type SyntheticClass = { people: number; drawings: number; seed: number };

/** Correctly labelled drawings of each person, the digits in turn. */
export function drawSyntheticClass({ people, drawings, seed }: SyntheticClass): LabelledSample[][] {
  const random = createRandom(seed);
  return Array.from({ length: people }, (_, person) => {
    const hand = {
      flag: 12 + 6 * normal(random),
      slant: 0.1 * normal(random),
      logAspect: 0.1 * normal(random),
    };
    return Array.from({ length: drawings }, (_, i) => {
      const strokes = draw(i % 10, { hand, random });
      return {
        raster: rasterise(strokes),
        strokes,
        digit: i % 10,
        author: `${seed}.${person}`,
        correction: false,
      };
    });
  });
}

type Hand = { flag: number; slant: number; logAspect: number };

const ring = [50, 0, 20, 20, 10, 50, 20, 80, 50, 100, 80, 80, 90, 50, 80, 20, 50, 0];
const tremble = 2.5; // standard deviation, of the pad's 100

function draw(digit: number, { hand, random }: { hand: Hand; random: Random }): number[][] {
  const shaky = (points: readonly number[]) => points.map(value => value + tremble * normal(random));
  const strokes =
    digit === 0
      ? [shaky(ring), shaky([10, 50, 90, 50])]
      : digit === 1
        ? [shaky([8, hand.flag, 60, 0, 58, 100])]
        : drawGlyph(digit, random);
  return strokes.map(stroke => lean(stroke, hand));
}

function lean(stroke: readonly number[], { slant, logAspect }: Hand): number[] {
  return stroke.map((value, i) =>
    i % 2 === 0 ? (value - slant * (stroke[i + 1] ?? 0)) * Math.exp(logAspect) : value,
  );
}
