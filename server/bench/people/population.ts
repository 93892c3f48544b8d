import { createRandom, shuffle } from '../../../shared/random.ts';
import { UsageError } from '../../../training/commands/run-command.ts';
import type { LabelledDrawing } from '../../../training/dataset/digits.ts';
import { readStrokesFile } from '../../../training/dataset/strokes-file.ts';
import { fitToPad, type Ink, isDrawable } from './ink.ts';
import { makeDrawings } from './synthetic-people.ts';

/** One digit of a person. */
export interface Drawn {
  writer: string;
  digit: number;
  ink: Ink;
}

export interface Population {
  /** People who label. */
  labellers: Drawn[];
  /** Held-out people, whose drawings are only predicted. */
  heldOut: Drawn[];
}

export interface PopulationChoice {
  strokes?: string;
  set?: string;
  /** Limit of the number of writers. */
  writers?: number;
  seed: number;
}

/** Size of a class, if no file lists people. */
const madePeople = 24;
/** With fewer drawings per writer on average, a set shows no personal style. */
const minPerWriter = 20;

/** Splits people into halves: one labels, the other is held out. Throws StrokesFileError, UsageError. */
export async function populate({ strokes, set, writers, seed }: PopulationChoice): Promise<Population> {
  const drawn =
    strokes === undefined
      ? makeDrawings({ people: writers ?? madePeople, seed })
      : drawingsOf(await readStrokesFile(strokes), set);
  return split(drawn, { writers, seed });
}

/**
 * The drawings of `set`, or else of the sets whose writers have many, or else all. A drawing without a writer counts
 * as a writer of its own.
 */
export function drawingsOf(drawings: readonly LabelledDrawing[], set?: string): Drawn[] {
  const sets = Map.groupBy(drawings, ({ set }) => set ?? '');
  if (set !== undefined && !sets.has(set)) {
    const names = [...sets.keys()].filter(name => name !== '').join(', ') || 'none';
    throw new UsageError(`The file has no set ${JSON.stringify(set)}; there are ${names}.`);
  }
  const named = [...sets].map(([name, members]) =>
    members
      .map(({ label, strokes, writer }, i): Drawn => {
        return { writer: `${name}/${writer ?? `#${i}`}`, digit: label, ink: fitToPad(strokes) };
      })
      .filter(({ ink }) => isDrawable(ink)),
  );
  const isRich = (members: Drawn[]) =>
    members.length >= minPerWriter * Map.groupBy(members, writerOf).size && members.length > 0;
  if (set !== undefined) return named[[...sets.keys()].indexOf(set)];
  return (named.some(isRich) ? named.filter(isRich) : named).flat();
}

export function split(
  drawn: readonly Drawn[],
  { writers, seed }: Pick<PopulationChoice, 'writers' | 'seed'>,
): Population {
  const people = [...Map.groupBy(drawn, writerOf).values()];
  const order = shuffle(createRandom(seed), Uint32Array.from(people.keys())).slice(0, writers);
  if (order.length < 2) throw new UsageError('There is only one writer, so nobody would be held out.');
  const used = Array.from(order, i => people[i]);
  const half = Math.ceil(used.length / 2);
  return { labellers: used.slice(0, half).flat(), heldOut: used.slice(half).flat() };
}

export const writerOf = ({ writer }: Drawn) => writer;
