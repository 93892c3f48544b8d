import { createRandom, shuffle } from '../../../shared/random.ts';
import { UsageError } from '../../../training/commands/run-command.ts';
import type { LabelledDrawing } from '../../../training/dataset/digits.ts';
import { readStrokesFile } from '../../../training/dataset/strokes-file.ts';
import { fitToPad, type Ink, isDrawable } from './ink.ts';
import { makeDrawings } from './synthetic-people.ts';

/** A digit somebody drew. */
export interface Drawn {
  writer: string;
  digit: number;
  ink: Ink;
}

export interface Population {
  /** They label. */
  teachers: Drawn[];
  /** They only want to be read. */
  strangers: Drawn[];
}

export interface PopulationChoice {
  strokes?: string;
  set?: string;
  /** The most writers to take. */
  writers?: number;
  seed: number;
}

/** A class, where no file says who there is. */
const madePeople = 24;
/** Under so many drawings each, on average, a set's writers show no hand of their own. */
const leastPerWriter = 20;

/** People, half of them to teach and half to be strangers. Throws StrokesFileError, UsageError. */
export async function populate({ strokes, set, writers, seed }: PopulationChoice): Promise<Population> {
  const drawn =
    strokes === undefined
      ? makeDrawings({ people: writers ?? madePeople, seed })
      : drawingsOf(await readStrokesFile(strokes), set);
  return split(drawn, { writers, seed });
}

/** The drawings of `set`, or else of the sets whose writers have many, or else all. Nobody's are a writer each. */
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
    members.length >= leastPerWriter * Map.groupBy(members, writerOf).size && members.length > 0;
  if (set !== undefined) return named[[...sets.keys()].indexOf(set)];
  return (named.some(isRich) ? named.filter(isRich) : named).flat();
}

export function split(
  drawn: readonly Drawn[],
  { writers, seed }: Pick<PopulationChoice, 'writers' | 'seed'>,
): Population {
  const people = [...Map.groupBy(drawn, writerOf).values()];
  const order = shuffle(createRandom(seed), Uint32Array.from(people.keys())).slice(0, writers);
  if (order.length < 2) throw new UsageError('There is one writer only: nobody would be a stranger.');
  const used = Array.from(order, i => people[i]);
  const half = Math.ceil(used.length / 2);
  return { teachers: used.slice(0, half).flat(), strangers: used.slice(half).flat() };
}

export const writerOf = ({ writer }: Drawn) => writer;
