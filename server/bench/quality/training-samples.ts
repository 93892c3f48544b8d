import { atOneTable, chooseBalanced } from '../people/choose.ts';
import type { Drawn } from '../people/population.ts';
import { makeDrawings } from '../people/synthetic-people.ts';
import { printLine } from '../system/progress.ts';
import type { Reader } from './reader-pool.ts';

/** Up to so many labels are all corrections: what a class has to say of a model that knows most of it. */
export const maxCorrections = 20;
/** People made on top, a class at a time, until there are corrections enough. */
const madeAtOnce = 24;
const mostClasses = 10;

interface Wish {
  champion: Reader;
  labels: number;
  seed: number;
}

/** What is labelled: many drawings as they come, few ones as corrections. */
export async function chooseSamples(
  teachers: readonly Drawn[],
  { champion, labels, seed }: Wish,
): Promise<Drawn[]> {
  if (labels > maxCorrections) return chooseBalanced(teachers, { count: labels, seed });
  const misread = await misreadOf(teachers, champion);
  printLine(`${misread.length} of the teachers' ${teachers.length} drawings are misread`);
  const chosen = chooseBalanced(misread, { count: labels, seed });
  for (let more = 1; chosen.length < labels && more <= mostClasses; more++) {
    const made = makeDrawings({ people: madeAtOnce, seed: seed + more });
    const count = labels - chosen.length;
    chosen.push(...chooseBalanced(await misreadOf(made, champion), { count, seed }));
  }
  return atOneTable(chosen);
}

async function misreadOf(drawn: readonly Drawn[], reader: Reader): Promise<Drawn[]> {
  const right = await reader.right(drawn);
  return drawn.filter((_, i) => !right[i]);
}
