import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { UsageError } from '../../../training/commands/run-command.ts';
import { isRight } from '../../../training/evaluation/metrics.ts';
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

export const usage =
  'teach [--labels 300] [--pause 0] [--strokes FILE.jsonl] [--set NAME] [--writers N] [--seed 1] [--url URL]';

/** People of a population label drawings and the server trains; measures the duration and whose accuracy improves. */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      labels: { type: 'string', default: '300' },
      pause: { type: 'string', default: '0' }, // seconds from the last label to the lesson
      strokes: { type: 'string' },
      set: { type: 'string' },
      writers: { type: 'string' },
      seed: { type: 'string', default: '1' },
      url: { type: 'string' },
    },
  });
  const labels = numberOption('labels', values.labels, { min: 1, max: 10_000, whole: true });
  const pauseS = numberOption('pause', values.pause, { min: 0, max: 600 });
  const writers =
    values.writers === undefined
      ? undefined
      : numberOption('writers', values.writers, { ...peopleRange, min: 2 });
  const seed = numberOption('seed', values.seed, { min: 0, max: 2 ** 31, whole: true });
  const { labellers, heldOut } = await populate({ ...values, writers, seed });
  if (labels > maxCorrections && labels > labellers.length)
    throw new UsageError(
      `The option --labels is "${labels}"; the labellers have ${labellers.length} drawings.`,
    );
  printLine(`${peopleOf(labellers)} labellers and ${peopleOf(heldOut)} held out`);

  const server = await serverUnderTest(values);
  const lobby = { url: server.url, room: 'lobby' }; // its gate is the strict one
  const readers: Reader[] = [];
  try {
    const before = await championOf(lobby);
    const champion = await startReader(before.weights);
    readers.push(champion);
    const samples = await chooseSamples(labellers, { champion, labels, seed });
    printLine(`${peopleOf(samples)} authors label ${samples.length} drawings`);
    await labelAll(lobby, samples);
    await wait(1000 * pauseS);

    const [cpuBefore, fromMs] = [readCpu(), performance.now()];
    const end = await learn(lobby);
    const [seconds, cpuAfter] = [(performance.now() - fromMs) / 1000, readCpu()];
    const use = server.pid !== null && cpuBefore && cpuAfter ? cpuBetween(cpuBefore, cpuAfter) : null;
    const quiet = disturbance(use);

    printLine('Reading everything with the versions before and after');
    const candidate = await startReader((await championOf(lobby)).weights);
    readers.push(candidate);
    const [old, now] = await Promise.all(
      [champion, candidate].map(each => examine(each, { heldOut, samples })),
    );
    const corrections = samples.flatMap((_, i) => (old.samples[i] ? [] : [i]));
    return {
      seconds,
      cpuSeconds: use && use.ofTree(server.pid ?? 0) / 1000,
      promoted: end.phase === 'promoted',
      verdict: end.message ?? end.phase,
      labels: samples.length,
      corrections: corrections.length,
      correctionsLearned: corrections.filter(i => now.samples[i]).length,
      mnistBefore: share(old.mnist),
      mnistAfter: share(now.mnist),
      mnistDrop: share(old.mnist) - share(now.mnist),
      strangersBefore: share(old.heldOut),
      strangersAfter: share(now.heldOut),
      strangersErrorRatio: errors(old.heldOut) > 0 ? errors(now.heldOut) / errors(old.heldOut) : null,
      strangers: heldOut.length,
      teachers: peopleOf(samples),
      ...quiet,
    };
  } finally {
    for (const reader of readers) reader.stop();
    await server.stop();
  }
}

async function examine(reader: Reader, { heldOut, samples }: { heldOut: Drawn[]; samples: Drawn[] }) {
  const areRight = async (what: readonly Drawn[] | 'mnist') => (await reader.read(what)).map(isRight);
  return {
    heldOut: await areRight(heldOut),
    samples: await areRight(samples),
    mnist: await areRight('mnist'),
  };
}

const peopleOf = (drawn: readonly Drawn[]) => new Set(drawn.map(writerOf)).size;
const errors = (right: readonly boolean[]) => right.filter(each => !each).length;
const share = (right: readonly boolean[]) => 1 - errors(right) / right.length;
