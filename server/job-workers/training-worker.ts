import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeWeights, encodeWeights } from '../../shared/weights.ts';
import { type Mnist, MnistUnavailable, readMnist } from '../../training/dataset/mnist.ts';
import { readOwnPens } from '../../training/dataset/own-pens.ts';
import { readPlainWeights } from '../../training/dataset/shipped-models.ts';
import { startEngine } from '../../training/engine/engine.ts';
import { fromArguments } from '../../training/engine/engine-arguments.ts';
import { readFixed, withModel } from '../../training/evaluation/model-reader.ts';
import { createReportCache } from '../../training/evaluation/report-cache.ts';
import { runTrainingJob, type TrainingPhaseEvent } from '../../training/learn/training-job.ts';
import { createSigningClock } from '../process/signs-of-work.ts';
import { readFixedSets } from './fixed-sets.ts';
import type {
  FromTraining,
  Preparation,
  Progress,
  ToTraining,
  TrainingAssignment,
} from './training-worker-messages.ts';

/** A training process: perhaps what is known before a job, then the job from labels to verdict, then it ends. */

/** Often enough for a curve that moves, seldom enough to cost nothing. */
const reportMs = 150;

const cache = createReportCache();
const now = createSigningClock(
  () => performance.now(),
  () => void send({ type: 'alive' }),
);
let ready: Promise<Mnist> | undefined;

async function start(): Promise<Mnist> {
  await startEngine(fromArguments(process.argv.slice(2)));
  void send({ type: 'alive' });
  return readMnist();
}

const readPens = async ({ pensFile }: Pick<Preparation, 'pensFile'>) =>
  pensFile === undefined ? {} : { pens: await readOwnPens(pensFile) };

/** Reads the fixed sets with the champion and the shipped model: the job finds them in the cache. */
async function prepare(preparation: Preparation) {
  ready ??= start();
  const { champion, base, gate } = preparation;
  const { gate: mnist } = await ready;
  const sets = await readFixedSets(cache, { mnist, gate, ...(await readPens(preparation)) });
  for (const encoded of base === null ? [champion] : [champion, base])
    await withModel(decodeWeights(encoded), { sets, cache, now }, readFixed);
}

async function run(assignment: TrainingAssignment) {
  ready ??= start();
  const mnist = await ready;
  const { gate } = assignment;
  const pens = await readPens(assignment);
  await readFixedSets(cache, { mnist: mnist.gate, gate, ...pens });
  const job = runTrainingJob({
    champion: decodeWeights(assignment.champion),
    ...(assignment.base && { base: decodeWeights(assignment.base) }),
    samples: assignment.samples,
    heldOut: assignment.heldOut,
    corrections: assignment.corrections,
    gate,
    plain: await readPlainWeights(),
    ...(assignment.price !== undefined && { price: assignment.price }),
    ...pens,
    replay: mnist.train,
    mnist: mnist.gate,
    seed: assignment.seed,
    options: { stepsShare: assignment.stepsShare },
    now,
    cache,
  });
  let reported = { atMs: Number.NEGATIVE_INFINITY, phase: '' };
  for (;;) {
    // Steps leave the event loop no turn of its own: without one, a worker whose server was killed trains to the end.
    await nextTurn();
    const state = await job.next();
    if (state.done) {
      if (state.value === undefined) return;
      const { verdict, before, setAside, candidate } = state.value;
      const encoded = candidate && { weights: encodeWeights(candidate.weights), after: candidate.after };
      await send({
        type: 'done',
        outcome: { verdict, before, setAside, ...(encoded && { candidate: encoded }) },
      });
      return;
    }
    const progress = progressOf(state.value);
    const atMs = performance.now();
    const last = progress.phase === 'training' && progress.step === progress.steps;
    if (progress.phase === reported.phase && atMs - reported.atMs < reportMs && !last) continue;
    reported = { atMs, phase: progress.phase };
    void send({ type: 'progress', progress });
  }
}

function progressOf(event: TrainingPhaseEvent): Progress {
  if (event.phase !== 'training')
    return { phase: event.phase, step: 0, steps: 0, loss: null, accuracy: null };
  const { phase, step, steps, loss, accuracy } = event;
  return { phase, step, steps, loss, accuracy };
}

function send(message: FromTraining): Promise<void> {
  return new Promise(resolve => {
    process.send?.(message, () => resolve());
  });
}

/** What was asked for before, one after the other. A failed preparation fails again in the job, which reports it. */
let prepared: Promise<void> = Promise.resolve();

process.on('message', (message: ToTraining) => {
  if (message.type === 'prepare') {
    prepared = prepared.then(() => prepare(message)).catch(() => {});
    return;
  }
  prepared
    .then(() => run(message))
    .then(
      () => 0,
      async thrown => {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        const why =
          error instanceof MnistUnavailable
            ? error.message
            : 'Learning failed; teach again, and if it fails again, the log of the server says why.';
        await send({ type: 'failed', message: why, error });
        return 1;
      },
    )
    .then(code => process.exit(code));
});
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => {});
