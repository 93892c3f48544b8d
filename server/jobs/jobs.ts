import type { Logger } from 'pino';
import type { Announcer } from '../core/announcer.ts';
import { lastAnswersMs } from '../core/lifecycle.ts';
import type { Store } from '../core/store.ts';
import type { Feedback } from '../drawing/labels.ts';
import type { ModelCache } from '../inference/model-cache.ts';
import type { LoadedModel } from '../inference/model-files.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';
import { createAutoRollback } from './auto-rollback.ts';
import { createEvaluator, type EvaluatorParts } from './evaluator.ts';
import { createRounds } from './federated-round.ts';
import { createLabelScreening, type LabelScreeningParts } from './label-screening.ts';
import { createRoundEvaluation } from './round-evaluation.ts';
import { createPacker, type PackerParts } from './training-pack.ts';
import { createTrainingProgress, type TrainingProgressParts } from './training-progress.ts';
import { createTrainingRunner, type TrainingRunnerParts } from './training-runner.ts';

export interface JobsParts {
  store: Store;
  /** The shipped model. */
  base: LoadedModel;
  models: ModelCache;
  registry: ServedModelTracker;
  announcer: Announcer;
  predictor: LabelScreeningParts['predictor'];
  feedback: Pick<Feedback, 'onLabelled'>;
  /** The net that MNIST alone taught: it reads labels as a second witness. */
  plain?: LoadedModel | undefined;
  /** A file of the operator's own pen drawings for the house's gate. */
  pensFile?: string | undefined;
  cluster: TrainingProgressParts['cluster'];
  spawnTraining: TrainingRunnerParts['spawn'];
  spawnEvaluation: EvaluatorParts['spawn'];
  spawnPacking: PackerParts['spawn'];
  training: Pick<TrainingRunnerParts, 'afterLabels' | 'pauseMs' | 'stepsShare'>;
  /** Aborted when the server takes no more work. */
  stopping: AbortSignal;
  log: Logger;
  /** Milliseconds, monotonic. */
  now(): number;
  wait(ms: number): Promise<void>;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export type Jobs = ReturnType<typeof createJobs>;

/** All parts that create candidates and decide about them: the server's jobs, browsers' rounds, the rollback. */
export function createJobs(parts: JobsParts) {
  const { store, registry, spawnTraining, spawnEvaluation, training, log, after } = parts;
  const news = createTrainingProgress(parts);
  const evaluator = createEvaluator({ spawn: spawnEvaluation, log, after });
  const runner = createTrainingRunner({ ...parts, ...training, spawn: spawnTraining, news });
  const conclude = createRoundEvaluation({ ...parts, evaluator });
  const pack = createPacker({ ...parts, ...training, spawn: parts.spawnPacking });
  const screening = createLabelScreening(parts);
  const rounds = createRounds({ ...parts, news, evaluator, pack, conclude, screen: screening.finish });
  parts.feedback.onLabelled(runner.labelled);
  const autoRollback = createAutoRollback({ store, registry, log, after });

  return {
    runner,
    rounds,
    news,
    start() {
      for (const part of [runner, autoRollback, rounds, screening]) part.start();
    },
    /** Resolves once the round in evaluation is concluded, or after a timeout. */
    async stop() {
      autoRollback.stop();
      screening.stop();
      evaluator.stop();
      const { promise: tooLong, resolve } = Promise.withResolvers<void>();
      const cancel = after(lastAnswersMs, resolve);
      await Promise.race([Promise.all([runner.stop(), rounds.stop()]), tooLong]);
      cancel();
    },
  };
}
