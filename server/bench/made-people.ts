import { createRandom, normal, type Random } from '../../shared/random.ts';
import { drawGlyph } from '../../training/glyphs.ts';
import { fitToPad } from './ink.ts';
import type { Drawn } from './population.ts';

/** How far hands lie apart: standard deviations. */
export interface Hands {
  slant: number;
  /** Radians. */
  turn: number;
  logAspect: number;
}

/** A model that knows every style still misreads some. */
export const usualHands: Hands = { slant: 0.3, turn: 0.12, logAspect: 0.2 };
/** It misreads many. */
export const hardHands: Hands = { slant: 0.7, turn: 0.3, logAspect: 0.3 };

const drawingsPerDigit = 5;

/** People who write each digit in one style of the world's and all of them in one hand. */
export function makeDrawings({
  people,
  hands,
  seed,
}: {
  people: number;
  hands: Hands;
  seed: number;
}): Drawn[] {
  const random = createRandom(seed);
  return Array.from({ length: people }, (_, person) =>
    makePerson(`made-${seed}-${person}`, hands, random),
  ).flat();
}

function makePerson(writer: string, hands: Hands, random: Random): Drawn[] {
  const slant = hands.slant * normal(random);
  const turn = hands.turn * normal(random);
  const aspect = Math.exp(hands.logAspect * normal(random));
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const write = (stroke: readonly number[]) =>
    stroke.map((_, i) => {
      const [x, y] = i % 2 === 0 ? [stroke[i], stroke[i + 1]] : [stroke[i - 1], stroke[i]];
      const u = (x - slant * y) * aspect;
      return i % 2 === 0 ? cos * u - sin * y : sin * u + cos * y;
    });
  const habits = Array.from({ length: 10 }, random);
  return habits.flatMap((habit, digit) =>
    Array.from({ length: drawingsPerDigit }, (): Drawn => {
      return { writer, digit, ink: fitToPad(drawGlyph(digit, beginningWith(habit, random)).map(write)) };
    }),
  );
}

/** A glyph's first number chooses its style. */
function beginningWith(first: number, random: Random): Random {
  let begun = false;
  return () => {
    if (begun) return random();
    begun = true;
    return first;
  };
}
