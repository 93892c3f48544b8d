import type { FromTrainer, ToTrainer } from './worker-messages.ts';

/** The page's side of a trainer worker. */
export interface Trainer {
  send(message: ToTrainer): void;
  /** No message arrives after `stop`. */
  onMessage(listener: (message: FromTrainer) => void): void;
  /** The worker's code failed to load or threw. */
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
