import { isRight } from '../../../training/evaluation/metrics.ts';
import { atOneTable, chooseBalanced } from '../people/choose.ts';
import type { Drawn } from '../people/population.ts';
import { makeDrawings } from '../people/synthetic-people.ts';
import { printLine } from '../system/progress.ts';
import type { Reader } from './reader-pool.ts';

/** Up to this number all labels are corrections, as a class would give to a model that knows most digits. */
export const maxCorrections = 20;
/** Synthetic people are added a class at a time until there are enough corrections. */
const madeAtOnce = 24;
const maxClasses = 10;

interface Wish {
  champion: Reader;
  labels: number;
  seed: number;
}

/** The drawings to label: all kinds if many, only corrections if few. */
export async function chooseSamples(
  labellers: readonly Drawn[],
  { champion, labels, seed }: Wish,
): Promise<Drawn[]> {
  if (labels > maxCorrections) return chooseBalanced(labellers, { count: labels, seed });
  const misread = await misreadOf(labellers, champion);
  printLine(`${misread.length} of the labellers' ${labellers.length} drawings are misread`);
  const chosen = chooseBalanced(misread, { count: labels, seed });
  for (let more = 1; chosen.length < labels && more <= maxClasses; more++) {
    const made = makeDrawings({ people: madeAtOnce, seed: seed + more });
    const count = labels - chosen.length;
    chosen.push(...chooseBalanced(await misreadOf(made, champion), { count, seed }));
  }
  return atOneTable(chosen);
}

async function misreadOf(drawn: readonly Drawn[], reader: Reader): Promise<Drawn[]> {
  const readings = await reader.read(drawn);
  return drawn.filter((_, i) => !isRight(readings[i]));
}
