/** A part of the server that does something by itself: from `start` on, or from when it is made, until `stop`. */
export interface Service {
  start?(): void;
  /** Resolves when nothing of it is armed or under way any more. */
  stop(): unknown;
}

/** A stop waits this long for answers under way; then every connection is cut, a slow export among them. */
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
