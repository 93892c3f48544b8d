/** A part of the server that does something by itself: from `start` on, or from when it is made, until `stop`. */
export interface Service {
  start?(): void;
  /** Resolves once no timer, listener or work of the part remains. */
  stop(): unknown;
}

/** Time that a stop waits for responses in progress; then all connections are closed, slow exports included. */
export const lastAnswersMs = 2_000;

export interface Lifecycle {
  /** Aborted when the server begins to stop. */
  stopping: AbortSignal;
  start(services: readonly Service[]): void;
  /** Stops every service in reverse order of start, one after the other. */
  stop(): Promise<void>;
}

export function createLifecycle(): Lifecycle {
  const controller = new AbortController();
  const started: Service[] = [];
  return {
    stopping: controller.signal,
    start(services) {
      for (const service of services) {
        started.push(service);
        service.start?.();
      }
    },
    async stop() {
      controller.abort();
      for (const service of started.splice(0).toReversed()) await service.stop();
    },
  };
}
