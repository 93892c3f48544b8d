import { decodeWeights, encodeWeights } from '../../shared/weights.ts';
import { MnistUnavailable, readMnist } from '../../training/dataset/mnist.ts';
import { readOwnPens } from '../../training/dataset/own-pens.ts';
import { readPlainWeights } from '../../training/dataset/plain-weights.ts';
import { startEngine } from '../../training/engine/engine.ts';
import { fromArguments } from '../../training/engine/engine-arguments.ts';
import { runTrainingJob, type TrainingPhaseEvent } from '../../training/learn/training-job.ts';
import { createSigningClock } from '../process/signs-of-work.ts';
import type { FromTraining, Progress, TrainingAssignment } from './training-worker-messages.ts';

/** A training process: one job from labels to verdict, then it ends. */

/** Often enough for a curve that moves, seldom enough to cost nothing. */
const reportMs = 150;

async function run(assignment: TrainingAssignment) {
  await startEngine(fromArguments(process.argv.slice(2)));
  void send({ type: 'alive' });
  const mnist = await readMnist();
  const job = runTrainingJob({
    champion: decodeWeights(assignment.champion),
    ...(assignment.base && { base: decodeWeights(assignment.base) }),
    samples: assignment.samples,
    heldOut: assignment.heldOut,
    corrections: assignment.corrections,
    gate: assignment.gate ?? 'house',
    plain: await readPlainWeights(),
    ...(assignment.price !== undefined && { price: assignment.price }),
    ...(assignment.pensFile !== undefined && { pens: await readOwnPens(assignment.pensFile) }),
    replay: mnist.train,
    mnist: mnist.gate,
    seed: assignment.seed,
    now: createSigningClock(
      () => performance.now(),
      () => void send({ type: 'alive' }),
    ),
  });
  let reported = { atMs: Number.NEGATIVE_INFINITY, phase: '' };
  for (;;) {
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

process.once('message', (assignment: TrainingAssignment) => {
  run(assignment)
    .then(
      () => 0,
      async thrown => {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        const message =
          error instanceof MnistUnavailable
            ? error.message
            : 'Learning failed; teach again, and if it fails again, the log of the server says why.';
        await send({ type: 'failed', message, error });
        return 1;
      },
    )
    .then(code => process.exit(code));
});
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => {});
