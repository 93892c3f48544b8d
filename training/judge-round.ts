import type { Weights } from '../shared/weights.ts';
import { type Exam, type Examined, judgeUpload } from './judge-upload.ts';
import type { Norms } from './norms.ts';
import { combine } from './round.ts';

export type RoundExam = Exam & { honest: Norms };

/** `kept` numbers the uploads the candidate is made of. */
export type RoundVerdict = Examined & { candidate: Weights; kept: readonly number[] };

const mostAlone = 12; // uploads judged by themselves: a second or two each

/**
 * One candidate of all uploads; where it is refused, each by itself, and one of those that are not: a spoiled upload
 * must not cost the others their work.
 */
export async function judgeRound(uploads: readonly Weights[], exam: RoundExam): Promise<RoundVerdict> {
  const judgeSome = async (kept: readonly number[]): Promise<RoundVerdict> => {
    const some = uploads.filter((_, i) => kept.includes(i));
    const candidate = combine(some, { base: exam.champion, anchor: exam.anchor, honest: exam.honest });
    return { ...(await judgeUpload(candidate, exam)), candidate, kept };
  };
  const together = await judgeSome(uploads.map((_, i) => i));
  if (together.verdict.kind === 'promoted' || uploads.length === 1) return together;
  const good: RoundVerdict[] = [];
  for (let i = 0; i < Math.min(mostAlone, uploads.length); i++) {
    const alone = await judgeSome([i]);
    if (alone.verdict.kind === 'promoted') good.push(alone);
  }
  const [first] = good;
  if (first === undefined) return together;
  if (good.length === 1) return first;
  const rest = await judgeSome(good.flatMap(({ kept }) => kept));
  return rest.verdict.kind === 'promoted' ? rest : first;
}
