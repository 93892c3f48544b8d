import type { Logger } from 'pino';
import type { Refusal } from '../../shared/ack.ts';
import { decodeWeights } from '../../shared/weights.ts';
import { checkUpload } from '../../training/gate/check-upload.ts';
import type { GateKind } from '../../training/gate/gate-kind.ts';
import { refuse } from '../core/refusal.ts';
import type { EvaluationAssignment, FromEvaluation } from '../job-workers/evaluation-worker-messages.ts';
import type { Outcome } from '../job-workers/training-worker-messages.ts';
import type { Child } from '../process/child-process.ts';
import { watchSilence } from '../process/signs-of-work.ts';

export interface EvaluatorParts {
  spawn(): Child<EvaluationAssignment, FromEvaluation>;
  log: Logger;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface Evaluator {
  /** The cheap checks of an upload; null if it passes. */
  check(bytes: Uint8Array, against: { base: Uint8Array; gate: GateKind }): Promise<Refusal | null>;
  /** Clips, averages and measures in a process. Rejects if the process is killed. */
  evaluate(assignment: EvaluationAssignment): Promise<Outcome>;
  stop(): void;
}

interface Pending {
  resolve(outcome: Outcome): void;
  reject(error: Error): void;
  silence: ReturnType<typeof watchSilence>;
}

/** One evaluation process, kept warm between rounds and replaced when it dies. */
export function createEvaluator({ spawn, log, after }: EvaluatorParts): Evaluator {
  let child: Child<EvaluationAssignment, FromEvaluation> | null = null;
  let pending: Pending | null = null;
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();

  function takePending(): Pending | null {
    const taken = pending;
    pending = null;
    taken?.silence.stop();
    return taken;
  }

  function start() {
    const started = spawn();
    started.onMessage(message => {
      switch (message.type) {
        case 'alive':
          pending?.silence.reset();
          return;
        case 'done':
          takePending()?.resolve(message.outcome);
          return;
        case 'failed':
          takePending()?.reject(message.error);
          return;
        default:
          message satisfies never;
      }
    });
    started.onExit(how => {
      if (child !== started) return;
      child = null;
      takePending()?.reject(new Error(`The evaluation process ended (${how}).`));
    });
    return started;
  }

  function decide(assignment: EvaluationAssignment): Promise<Outcome> {
    if (closed) throw new Error('The server is stopping.');
    child ??= start();
    const evaluating = child;
    return new Promise((resolve, reject) => {
      const silence = watchSilence({
        after,
        hung() {
          log.error('the evaluation process hangs, killing it');
          evaluating.kill();
        },
      });
      pending = { resolve, reject, silence };
      evaluating.send(assignment);
    });
  }

  return {
    async check(bytes, { base, gate }) {
      const checked = checkUpload(bytes, decodeWeights(base), { gate });
      return checked.ok ? null : refuse('invalid', checked.message);
    },
    evaluate(assignment) {
      const decided = queue.then(() => decide(assignment));
      queue = decided.catch(() => {});
      return decided;
    },
    stop() {
      closed = true;
      child?.kill();
    },
  };
}
