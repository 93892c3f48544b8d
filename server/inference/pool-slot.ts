import type { Logger } from 'pino';
import { outputs as outputCount } from '../../training/model/answers.ts';
import type { Child } from '../process/child-process.ts';
import { packInputs } from './batch-input.ts';
import type { Inference, VersionedInput } from './batcher.ts';
import type { FromProcess, ToProcess } from './inference-worker-messages.ts';

export type InferenceProcess = Child<ToProcess, FromProcess>;

/** A model version as the processes load it. */
export interface ServedModel {
  version: string;
  /** Encoded as in `shared/weights.ts`. */
  weights: Uint8Array;
}

export interface PoolSlotParts {
  spawn(): InferenceProcess;
  /** The version that a new process loads first, and that is never evicted. */
  model(): ServedModel;
  log: Logger;
  /** The process hangs or reports a failure; it is killed. */
  onBroken(): void;
  /** The process has loaded a version, or has ended. */
  onLoaded(): void;
  /** The process may take a batch. */
  onFree(): void;
}

/** Loading takes a second on a quiet machine; twenty cover a start on a busy one. */
const loadDeadlineMs = 20_000;
/** A batch takes under 2 ms; a process silent for this long hangs. */
const predictDeadlineMs = 5_000;
/** A process that dies at once must not spin: wait this long, doubling, before the next try. */
const firstBackoffMs = 100;
const maxBackoffMs = 5_000;
/** Versions a process holds, the ones used last. A version takes about 1 MB there. */
export const maxLoaded = 64;

interface Job {
  resolve(batch: Awaited<ReturnType<Inference['predict']>>): void;
  reject(error: Error): void;
}

/** A process with its models and its work. */
interface Running {
  process: InferenceProcess;
  /** Versions sent, the one used last at the end; a version being loaded has a deadline. */
  versions: Map<string, NodeJS.Timeout | undefined>;
  /** A batch in progress: the version of each input, and the order of the answers. */
  batch?: { job: Job; models: string[]; order: number[]; deadline: NodeJS.Timeout };
  /** Whether it has answered before. */
  isUp: boolean;
}

type Worker =
  | ({ state: 'running' } & Running)
  | { state: 'waiting'; retry: NodeJS.Timeout }
  | { state: 'closed' };

/** Keeps one inference process alive, with the versions in use. A crash or a hang costs one batch. */
export function createPoolSlot(parts: PoolSlotParts) {
  const { log } = parts;
  let restarts = 0;
  let worker: Worker = { state: 'closed' };
  let backoffMs = firstBackoffMs;

  function start() {
    const process = parts.spawn();
    process.onMessage(message => {
      if (worker.state === 'running' && worker.process === process) receive(worker, message);
    });
    process.onExit(how => {
      if (worker.state === 'running' && worker.process === process) exited(worker, how);
    });
    worker = { state: 'running', process, versions: new Map(), isUp: false };
    send(worker, parts.model());
  }

  function send({ process, versions }: Running, { version, weights }: ServedModel) {
    versions.set(version, setTimeout(hung, loadDeadlineMs, process));
    process.send({ type: 'load', model: version, weights });
  }

  function hung(process: InferenceProcess) {
    log.error('inference process hangs, killing it');
    parts.onBroken();
    process.kill();
  }

  function receive(running: Running, message: FromProcess) {
    switch (message.type) {
      case 'loaded':
        if (!running.versions.has(message.model)) return;
        clearTimeout(running.versions.get(message.model));
        running.versions.set(message.model, undefined);
        backoffMs = firstBackoffMs;
        log.info({ model: message.model, engine: message.engine }, 'inference process loaded a version');
        if (!running.isUp) {
          running.isUp = true;
          const model = parts.model();
          if (message.model !== model.version && !running.versions.has(model.version)) send(running, model);
        }
        parts.onLoaded();
        parts.onFree();
        return;
      case 'predicted': {
        const { batch } = running;
        if (batch === undefined) return;
        delete running.batch;
        clearTimeout(batch.deadline);
        const answered = rows(message.outputs);
        const outputs: number[][] = [];
        for (const [place, row] of answered.entries()) outputs[batch.order[place]] = row;
        const bigRasters = new Map(
          Array.from(message.bigRasters, ([place, raster]) => [batch.order[place], raster]),
        );
        const { rasterMs, computeMs } = message;
        batch.job.resolve({ models: batch.models, outputs, bigRasters, rasterMs, computeMs });
        // After the callers of this batch are answered: a full batch of theirs goes first.
        setImmediate(parts.onFree);
        return;
      }
      case 'failed':
        log.error({ reason: message.message }, 'inference process failed');
        parts.onBroken();
        running.process.kill();
        return;
      default:
        message satisfies never;
    }
  }

  function clearTimers({ versions, batch }: Running) {
    for (const deadline of versions.values()) clearTimeout(deadline);
    clearTimeout(batch?.deadline);
  }

  function exited(running: Running, how: string) {
    clearTimers(running);
    worker = { state: 'waiting', retry: setTimeout(start, backoffMs) };
    log.warn({ how, retryMs: backoffMs }, 'inference process ended, starting another');
    backoffMs = Math.min(maxBackoffMs, backoffMs * 2);
    restarts++;
    parts.onLoaded();
    running.batch?.job.reject(new Error(`The inference process ended (${how}).`));
  }

  /** Sends a version that the process lacks, notes that it is used, and unloads those used longest ago. */
  function use(running: Running, { version, weights }: { version: string; weights?: Uint8Array }) {
    if (weights !== undefined && !running.versions.has(version)) send(running, { version, weights });
    const deadline = running.versions.get(version);
    running.versions.delete(version);
    running.versions.set(version, deadline);
    for (const [oldest, loading] of running.versions) {
      if (running.versions.size <= maxLoaded) break;
      if (oldest === parts.model().version || oldest === version || loading !== undefined) continue;
      running.versions.delete(oldest);
      running.process.send({ type: 'unload', model: oldest });
    }
  }

  function predict(running: Running, inputs: readonly VersionedInput[], job: Job) {
    const groups = new Map<string, number[]>();
    for (const [place, { version }] of inputs.entries()) {
      // A version that cannot be loaded now: the answer names the version that gave it.
      const given = running.versions.has(version) ? version : parts.model().version;
      const group = groups.get(given);
      if (group === undefined) groups.set(given, [place]);
      else group.push(place);
    }
    const models: string[] = [];
    for (const [version, places] of groups) {
      use(running, { version });
      for (const place of places) models[place] = version;
    }
    const order = [...groups.values()].flat();
    const deadline = setTimeout(hung, predictDeadlineMs, running.process);
    running.batch = { job, models, order, deadline };
    running.process.send({
      type: 'predict',
      groups: Array.from(groups, ([version, places]) => ({
        model: version,
        inputs: packInputs(places.map(place => inputs[place].input)),
        count: places.length,
      })),
    });
  }

  return {
    start,
    restarts: () => restarts,
    isIdle: () => worker.state === 'running' && worker.isUp && worker.batch === undefined,
    isUp: () => worker.state === 'running' && worker.isUp,
    /** It has loaded the version, or there is no process that could lack it. */
    has: (version: string) =>
      worker.state !== 'running' ||
      (worker.versions.has(version) && worker.versions.get(version) === undefined),
    prepare(next: ServedModel) {
      if (worker.state === 'running') use(worker, next);
    },
    predict(inputs: readonly VersionedInput[], job: Job) {
      if (worker.state === 'running') predict(worker, inputs, job);
    },
    stop() {
      const last = worker;
      worker = { state: 'closed' };
      if (last.state === 'waiting') clearTimeout(last.retry);
      if (last.state !== 'running') return;
      clearTimers(last);
      last.process.kill();
    },
  };
}

/** The outputs of each drawing, rounded to four places: what a wire needs of them. */
function rows(outputs: Float32Array): number[][] {
  const rounded: number[][] = [];
  for (let start = 0; start < outputs.length; start += outputCount) {
    const row: number[] = [];
    for (let i = 0; i < outputCount; i++) row.push(Math.round(outputs[start + i] * 1e4) / 1e4);
    rounded.push(row);
  }
  return rounded;
}
