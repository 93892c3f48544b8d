import type { Logger } from 'pino';
import type { Inference } from './batcher.ts';
import { createPoolSlot, type InferenceProcess, type ServedModel } from './pool-slot.ts';

export interface InferencePoolParts {
  processes: number;
  /** The version that every process loads first. */
  model: ServedModel;
  /** Reads the weights of a version that no process has yet; null for an unknown version. */
  load(version: string): Promise<{ weights: Uint8Array } | null>;
  spawn(): InferenceProcess;
  log: Logger;
  /** A process hangs or reports a failure; the pool kills it. */
  onBroken(): void;
}

export interface InferencePool extends Inference {
  ready(): boolean;
  /** Loads a version into every process; resolves when each living process has it. */
  prepare(model: ServedModel): Promise<void>;
  /** As `prepare`; processes that start later load this version first, and it is never evicted. */
  serve(model: ServedModel): Promise<void>;
  restarts(): number;
  /** `listener` is called when a process becomes free: after each batch of any caller, and after a start. */
  onFree(listener: () => void): void;
  stop(): void;
}

/** A version that could not be loaded is tried again after this. */
const retryLoadMs = 5_000;

/**
 * Keeps `processes` inference processes alive, each with the versions in use. A crash or a hang of an engine costs one
 * batch, which the caller gets back as a rejection, and never the server.
 */
export function createInferencePool(parts: InferencePoolParts): InferencePool {
  const { log } = parts;
  let model = parts.model;
  const freeListeners: (() => void)[] = [];
  let waiters: { version: string; resolve: () => void }[] = [];
  const slots = Array.from({ length: parts.processes }, () =>
    createPoolSlot({
      spawn: parts.spawn,
      model: () => model,
      log,
      onBroken: parts.onBroken,
      onLoaded: resolveWaiters,
      onFree: announceFree,
    }),
  );

  function announceFree() {
    for (const listener of freeListeners) listener();
  }

  const loading = new Set<string>();
  /** Versions that could not be loaded, until they are tried again. */
  const unavailable = new Map<string, NodeJS.Timeout>();

  async function load(version: string) {
    loading.add(version);
    try {
      const found = await parts.load(version);
      if (found === null) throw new Error(`The version ${version} is not among the models.`);
      await prepare({ version, weights: found.weights });
    } catch (error) {
      log.warn({ err: error, version }, 'a version could not be loaded; the served one answers for now');
      unavailable.set(
        version,
        setTimeout(() => unavailable.delete(version), retryLoadMs),
      );
    } finally {
      loading.delete(version);
      announceFree();
    }
  }

  function resolveWaiters() {
    const done = waiters.filter(({ version }) => slots.every(slot => slot.has(version)));
    waiters = waiters.filter(waiter => !done.includes(waiter));
    for (const { resolve } of done) resolve();
  }

  function prepare(next: ServedModel): Promise<void> {
    for (const slot of slots) slot.prepare(next);
    return new Promise(resolve => {
      waiters.push({ version: next.version, resolve });
      resolveWaiters();
    });
  }

  for (const slot of slots) slot.start();

  return {
    free: () => slots.filter(slot => slot.isIdle()).length,
    has(version) {
      if (version === model.version || unavailable.has(version)) return true;
      if (slots.every(slot => slot.has(version))) return true;
      if (!loading.has(version)) void load(version);
      return false;
    },
    predict(inputs) {
      const slot = slots.find(each => each.isIdle());
      if (slot === undefined) return Promise.reject(new Error('No inference process is free.'));
      return new Promise((resolve, reject) => {
        slot.predict(inputs, { resolve, reject });
      });
    },
    ready: () => slots.some(slot => slot.isUp()),
    prepare,
    serve(next) {
      model = next;
      return prepare(next);
    },
    restarts: () => slots.reduce((sum, slot) => sum + slot.restarts(), 0),
    onFree: listener => void freeListeners.push(listener),
    stop() {
      for (const retry of unavailable.values()) clearTimeout(retry);
      for (const slot of slots) slot.stop();
    },
  };
}
