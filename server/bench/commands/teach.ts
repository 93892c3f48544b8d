import { parseArgs } from 'node:util';
import { UsageError } from '../../../training/commands/run-command.ts';
import { type Drawn, populate, writerOf } from '../people/population.ts';
import { type Reader, startReader } from '../quality/reader-pool.ts';
import { labelAll } from '../quality/send-labels.ts';
import { championOf, learn } from '../quality/training-job.ts';
import { chooseSamples, maxCorrections } from '../quality/training-samples.ts';
import { cpuBetween, readCpu } from '../system/cpu.ts';
import { disturbance } from '../system/noise.ts';
import { numberOption, peopleRange } from '../system/options.ts';
import { printLine } from '../system/progress.ts';
import { serverUnderTest } from '../system/server-under-test.ts';

export const teachUsage =
  'teach [--labels 300] [--strokes FILE.jsonl] [--set NAME] [--writers N] [--seed 1] [--url URL]';

/** People of a population label, the server learns: how long it takes, and who is read better then. */
export async function teach(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      labels: { type: 'string', default: '300' },
      strokes: { type: 'string' },
      set: { type: 'string' },
      writers: { type: 'string' },
      seed: { type: 'string', default: '1' },
      url: { type: 'string' },
    },
  });
  const labels = numberOption('labels', values.labels, { min: 1, max: 10_000, whole: true });
  const writers =
    values.writers === undefined
      ? undefined
      : numberOption('writers', values.writers, { ...peopleRange, min: 2 });
  const seed = numberOption('seed', values.seed, { min: 0, max: 2 ** 31, whole: true });
  const { teachers, strangers } = await populate({ ...values, writers, seed });
  if (labels > maxCorrections && labels > teachers.length)
    throw new UsageError(
      `The option --labels is "${labels}"; the teachers have ${teachers.length} drawings.`,
    );
  printLine(`${peopleOf(teachers)} teachers and ${peopleOf(strangers)} strangers`);

  const server = await serverUnderTest(values);
  const readers: Reader[] = [];
  try {
    const before = await championOf(server.url);
    const champion = await startReader(before.weights);
    readers.push(champion);
    const lessons = await chooseSamples(teachers, { champion, labels, seed });
    printLine(`${peopleOf(lessons)} authors label ${lessons.length} drawings`);
    await labelAll(server.url, lessons);

    const [cpuBefore, fromMs] = [readCpu(), performance.now()];
    const end = await learn(server.url);
    const [seconds, cpuAfter] = [(performance.now() - fromMs) / 1000, readCpu()];
    const use = server.pid !== null && cpuBefore && cpuAfter ? cpuBetween(cpuBefore, cpuAfter) : null;
    const quiet = disturbance(use);

    printLine('Reading everything with the versions before and after');
    const candidate = await startReader((await championOf(server.url)).weights);
    readers.push(candidate);
    const [old, now] = await Promise.all(
      [champion, candidate].map(each => examine(each, { strangers, lessons })),
    );
    const corrections = lessons.flatMap((_, i) => (old.lessons[i] ? [] : [i]));
    return {
      seconds,
      cpuSeconds: use && use.ofTree(server.pid ?? 0) / 1000,
      promoted: end.phase === 'promoted',
      verdict: end.message ?? end.phase,
      labels: lessons.length,
      corrections: corrections.length,
      correctionsLearned: corrections.filter(i => now.lessons[i]).length,
      mnistBefore: share(old.mnist),
      mnistAfter: share(now.mnist),
      mnistDrop: share(old.mnist) - share(now.mnist),
      strangersBefore: share(old.strangers),
      strangersAfter: share(now.strangers),
      strangersErrorRatio: errors(old.strangers) > 0 ? errors(now.strangers) / errors(old.strangers) : null,
      strangers: strangers.length,
      teachers: peopleOf(lessons),
      ...quiet,
    };
  } finally {
    for (const reader of readers) reader.stop();
    await server.stop();
  }
}

async function examine(reader: Reader, { strangers, lessons }: { strangers: Drawn[]; lessons: Drawn[] }) {
  return {
    strangers: await reader.right(strangers),
    lessons: await reader.right(lessons),
    mnist: await reader.right('mnist'),
  };
}

const peopleOf = (drawn: readonly Drawn[]) => new Set(drawn.map(writerOf)).size;
const errors = (right: readonly boolean[]) => right.filter(each => !each).length;
const share = (right: readonly boolean[]) => 1 - errors(right) / right.length;
