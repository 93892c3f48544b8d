import type { FromTrainer, ToTrainer } from './worker-messages.ts';

/** A trainer as the page sees it. */
export interface Trainer {
  send(message: ToTrainer): void;
  /** The candidate of `stop` is none: nothing is heard any more. */
  onMessage(listener: (message: FromTrainer) => void): void;
  /** Its code could not be loaded, or it broke. */
  onBroken(listener: () => void): void;
  stop(): void;
}

export function startTrainer(): Trainer {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'trainer' });
  return {
    send: message => worker.postMessage(message),
    onMessage(listener) {
      worker.addEventListener('message', ({ data }: MessageEvent<FromTrainer>) => listener(data));
    },
    onBroken(listener) {
      worker.addEventListener('error', () => listener());
    },
    stop: () => worker.terminate(),
  };
}
