import type { Logger } from 'pino';
import type { Child } from '../process/child-process.ts';
import { type Input, packInputs } from './batch-input.ts';
import type { Inference } from './batcher.ts';
import type { FromProcess, ToProcess } from './inference-worker-messages.ts';

export type InferenceProcess = Child<ToProcess, FromProcess>;

/** A model version as the processes take it. */
export interface ServedModel {
  version: string;
  /** Encoded as in `shared/weights.ts`. */
  weights: Uint8Array;
}

export interface InferencePoolParts {
  processes: number;
  model: ServedModel;
  spawn(): InferenceProcess;
  log: Logger;
  /** A process hangs, or says that it cannot go on; it is being killed. */
  onBroken(): void;
  /** A process came free or came back. */
  onFree(): void;
}

export interface InferencePool extends Inference {
  ready(): boolean;
  /** From now on batches are computed by this version; resolves when every living process has it. */
  serve(model: ServedModel): Promise<void>;
  restarts(): number;
  close(): void;
}

/** Loading takes a second on a quiet machine; twenty cover a start on a busy one. */
const loadDeadlineMs = 20_000;
/** A batch takes under 2 ms; a process silent for this long hangs. */
const predictDeadlineMs = 5_000;
/** A process that dies at once must not spin: wait this long, doubling, before the next try. */
const firstBackoffMs = 100;
const maxBackoffMs = 5_000;

interface Job {
  resolve(batch: Awaited<ReturnType<Inference['predict']>>): void;
  reject(error: Error): void;
}

type Worker =
  | { state: 'loading'; process: InferenceProcess; deadline: NodeJS.Timeout }
  | { state: 'idle'; process: InferenceProcess; version: string }
  | { state: 'busy'; process: InferenceProcess; version: string; deadline: NodeJS.Timeout; job: Job }
  | { state: 'waiting'; retry: NodeJS.Timeout }
  | { state: 'closed' };

/**
 * Keeps `processes` inference processes alive. A crash or a hang of an engine costs one batch, which the
 * caller gets back as a rejection, and never the server.
 */
export function createInferencePool(parts: InferencePoolParts): InferencePool {
  const { log } = parts;
  let model = parts.model;
  let restarts = 0;
  let served: (() => void)[] = [];
  const slots = Array.from({ length: parts.processes }, createSlot);

  function createSlot() {
    let worker: Worker = { state: 'closed' };
    let backoffMs = firstBackoffMs;

    function start() {
      const process = parts.spawn();
      process.onMessage(message => {
        receive(process, message);
      });
      process.onExit(how => {
        exited(process, how);
      });
      load(process);
    }

    function load(process: InferenceProcess) {
      worker = { state: 'loading', process, deadline: setTimeout(hung, loadDeadlineMs, process) };
      process.send({ type: 'load', model: model.version, weights: model.weights });
    }

    /** A process that has nothing to do serves the current version, or loads it. */
    function rest(process: InferenceProcess, version: string) {
      if (version === model.version) worker = { state: 'idle', process, version };
      else load(process);
    }

    function hung(process: InferenceProcess) {
      log.error('inference process hangs, killing it');
      parts.onBroken();
      process.kill();
    }

    function owns(process: InferenceProcess) {
      return 'process' in worker && worker.process === process;
    }

    function receive(process: InferenceProcess, message: FromProcess) {
      if (!owns(process)) return;
      switch (message.type) {
        case 'loaded':
          if (worker.state !== 'loading') return;
          clearTimeout(worker.deadline);
          backoffMs = firstBackoffMs;
          log.info({ model: message.model, engine: message.engine }, 'inference process ready');
          rest(process, message.model);
          settleServed();
          parts.onFree();
          return;
        case 'predicted': {
          if (worker.state !== 'busy') return;
          const { job, deadline, version } = worker;
          clearTimeout(deadline);
          rest(process, version);
          job.resolve({
            model: message.model,
            distributions: rows(message.probabilities),
            rasterMs: message.rasterMs,
            computeMs: message.computeMs,
          });
          return;
        }
        case 'failed':
          log.error({ reason: message.message }, 'inference process failed');
          parts.onBroken();
          process.kill();
          return;
        default:
          message satisfies never;
      }
    }

    function exited(process: InferenceProcess, how: string) {
      if (!owns(process)) return;
      if ('deadline' in worker) clearTimeout(worker.deadline);
      const job = worker.state === 'busy' ? worker.job : undefined;
      worker = { state: 'waiting', retry: setTimeout(start, backoffMs) };
      log.warn({ how, retryMs: backoffMs }, 'inference process ended, starting another');
      backoffMs = Math.min(maxBackoffMs, backoffMs * 2);
      restarts++;
      settleServed();
      job?.reject(new Error(`The inference process ended (${how}).`));
    }

    return {
      start,
      state: () => worker.state,
      /** It has the current version, or no process that could have another. */
      current: () => ('version' in worker ? worker.version === model.version : worker.state !== 'loading'),
      renew() {
        if (worker.state === 'idle') rest(worker.process, worker.version);
      },
      predict(inputs: readonly Input[], job: Job) {
        if (worker.state !== 'idle') throw new Error('predict needs an idle inference process');
        const { process, version } = worker;
        worker = {
          state: 'busy',
          process,
          version,
          job,
          deadline: setTimeout(hung, predictDeadlineMs, process),
        };
        process.send({ type: 'predict', inputs: packInputs(inputs), count: inputs.length });
      },
      close() {
        const last = worker;
        worker = { state: 'closed' };
        if ('deadline' in last) clearTimeout(last.deadline);
        if ('retry' in last) clearTimeout(last.retry);
        if ('process' in last) last.process.kill();
      },
    };
  }

  function settleServed() {
    if (!slots.every(slot => slot.current())) return;
    const resolves = served;
    served = [];
    for (const resolve of resolves) resolve();
  }

  for (const slot of slots) slot.start();

  return {
    free: () => slots.filter(slot => slot.state() === 'idle').length,
    predict(inputs) {
      const slot = slots.find(each => each.state() === 'idle');
      if (slot === undefined) return Promise.reject(new Error('No inference process is free.'));
      return new Promise((resolve, reject) => {
        slot.predict(inputs, { resolve, reject });
      });
    },
    ready: () => slots.some(slot => slot.state() === 'idle' || slot.state() === 'busy'),
    serve(next) {
      model = next;
      for (const slot of slots) slot.renew();
      return new Promise(resolve => {
        served.push(resolve);
        settleServed();
      });
    },
    restarts: () => restarts,
    close() {
      for (const slot of slots) slot.close();
    },
  };
}

/** Ten numbers a drawing, rounded to four places: what a wire needs of them. */
function rows(probabilities: Float32Array): number[][] {
  const distributions: number[][] = [];
  for (let start = 0; start < probabilities.length; start += 10) {
    const row: number[] = [];
    for (let digit = 0; digit < 10; digit++) row.push(Math.round(probabilities[start + digit] * 1e4) / 1e4);
    distributions.push(row);
  }
  return distributions;
}
