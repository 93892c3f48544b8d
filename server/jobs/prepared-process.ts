import type { Logger } from 'pino';
import type { GateKind } from '../../training/gate/gate-kind.ts';
import type { FromTraining, Preparation, ToTraining } from '../job-workers/training-worker-messages.ts';
import type { Child } from '../process/child-process.ts';

export type TrainingProcess = Child<ToTraining, FromTraining>;

export interface PreparedProcessParts {
  spawn(): TrainingProcess;
  log: Logger;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** The version that a lesson will train, and its gate. */
export interface NextLesson {
  version: string;
  gate: GateKind;
  load(): Promise<Preparation>;
}

/** A prepared process that no lesson takes ends after this long without a label. */
export const keptMs = 180_000;

/** Versions that one process reads ahead: rooms with versions of their own could ask for any number. */
const maxVersions = 3;

/**
 * A training process that starts before a lesson is asked for. The engine, MNIST and what a champion reads on fixed sets
 * take a third of a short lesson and do not depend on its labels.
 */
export function createPreparedProcess({ spawn, log, after }: PreparedProcessParts) {
  let waiting: { process: TrainingProcess; known: Set<string>; cancelEnd: () => void } | undefined;

  function end() {
    waiting?.cancelEnd();
    waiting?.process.kill();
    waiting = undefined;
  }

  function start() {
    const process = spawn();
    const started = { process, known: new Set<string>(), cancelEnd: () => {} };
    process.onExit(how => {
      if (waiting !== started) return;
      started.cancelEnd();
      waiting = undefined;
      log.warn({ how }, 'a training process ended before its lesson');
    });
    return started;
  }

  return {
    /** Has the process read with this version, once each, and keeps it for another while. */
    async prepare({ version, gate, load }: NextLesson) {
      waiting ??= start();
      const { process, known } = waiting;
      waiting.cancelEnd();
      waiting.cancelEnd = after(keptMs, end);
      const key = `${gate} ${version}`;
      if (known.has(key) || known.size >= maxVersions) return;
      const preparation = await load();
      if (waiting?.process !== process) return;
      known.add(key);
      process.send({ type: 'prepare', ...preparation });
    },
    /** The process for a lesson: the prepared one, or else a new one. */
    take(): TrainingProcess {
      if (waiting === undefined) return spawn();
      const { process, cancelEnd } = waiting;
      cancelEnd();
      waiting = undefined;
      return process;
    },
    stop: end,
  };
}
