import { createRandom, type Random, uniform } from '../../../shared/random.ts';
import { drawGlyph } from '../../../training/glyphs/synthetic-glyphs.ts';
import { fitToPad } from './ink.ts';
import type { Drawn } from './population.ts';

/**
 * Range of each property of handwriting, to either side: still legible, but a model that knows every style misreads
 * some.
 */
const hands = { slant: 0.8, turnRadians: 0.4, logAspect: 0.2 };
const drawingsPerDigit = 5;

/** People who write each digit in one of the styles, and all digits in one hand. */
export function makeDrawings({ people, seed }: { people: number; seed: number }): Drawn[] {
  const random = createRandom(seed);
  return Array.from({ length: people }, (_, i) => drawingsBy(`made-${seed}-${i}`, random)).flat();
}

function drawingsBy(writer: string, random: Random): Drawn[] {
  const spread = () => uniform(random, [-1, 1]);
  const slant = hands.slant * spread();
  const turn = hands.turnRadians * spread();
  const aspect = Math.exp(hands.logAspect * spread());
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
      return { writer, digit, ink: fitToPad(drawGlyph(digit, startingWith(habit, random)).map(write)) };
    }),
  );
}

/** The first random number of a glyph selects its style. */
function startingWith(first: number, random: Random): Random {
  let begun = false;
  return () => {
    if (begun) return random();
    begun = true;
    return first;
  };
}
