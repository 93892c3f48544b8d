import type { Checkpoint } from '../../training/learn/train.ts';
import type { Trainer } from './start-worker.ts';
import type { Device, DeviceKind, FailureCode, FromTrainer } from './worker-messages.ts';

/** Events of a running trainer. */
export type TrainerEvent =
  | Extract<FromTrainer, { type: 'proving' | 'unfit' | 'measuring' | 'step' }>
  | DeviceEvent;
type DeviceEvent =
  | { type: 'device'; device: Device; others: readonly Device[] }
  | { type: 'lost'; device: Device; why: string };

/** The inputs of training, as in the message `train`. */
export interface Task {
  weights: Uint8Array;
  pack: Uint8Array;
  seed: number;
}

export interface Failure {
  kind: 'failed';
  code: FailureCode;
  message: string;
}
export type Result = { kind: 'done'; weights: Uint8Array } | Failure;

export interface Run {
  startTrainer(): Trainer;
  /** The fastest device of an earlier run. */
  known: Device | undefined;
  /** Called once, with the first device; undefined stops the run. */
  prepare(device: Device): Promise<Task | undefined>;
  onEvent(news: TrainerEvent): void;
  wait(ms: number): Promise<void>;
  signal: AbortSignal;
}

type End = Result | { kind: 'lost'; device: DeviceKind } | { kind: 'stopped' };

/** Training time on each device: long enough to compare them, short enough to wait for. */
const timeMs = 1_000;
const tickMs = 1_000;
/** Counts ticks, since a sleeping laptop makes none. Emulated cards compile for half a minute. */
const silentTicks = 90;

/**
 * Trains on the fastest device; after its loss, on the next from the last checkpoint. Each device gets a worker of its
 * own, so that no state of a broken one remains. Resolves to undefined when stopped.
 */
export async function run(parts: Run): Promise<Result | undefined> {
  const avoid: DeviceKind[] = [];
  let from: Checkpoint | null = null;
  let prepared: Promise<Task | undefined> | undefined;
  for (;;) {
    const end = await attempt(parts, {
      avoid,
      from,
      task(device) {
        prepared ??= parts.prepare(device);
        return prepared;
      },
      saved(checkpoint) {
        from = checkpoint;
      },
    });
    if (end.kind === 'stopped') return undefined;
    if (end.kind !== 'lost') return end;
    avoid.push(end.device);
  }
}

interface Attempt {
  avoid: readonly DeviceKind[];
  from: Checkpoint | null;
  task(device: Device): Promise<Task | undefined>;
  saved(checkpoint: Checkpoint): void;
}

function attempt(parts: Run, { avoid, from, task, saved }: Attempt): Promise<End> {
  const { known, onEvent, wait, signal } = parts;
  const trainer = parts.startTrainer();
  const refusals: string[] = [];
  let proving: DeviceKind | undefined;
  let device: Device | undefined;
  let silence = 0;
  let resolve: (end: End) => void = () => {};
  const promise = new Promise<End>(resolvePromise => {
    resolve = resolvePromise;
  });

  function lose(why: string) {
    const kind = device?.kind ?? proving;
    if (device !== undefined) onEvent({ type: 'lost', device, why });
    if (kind === undefined) resolve({ kind: 'failed', code: 'notLoaded', message: '' });
    else resolve({ kind: 'lost', device: kind });
  }

  trainer.onMessage(message => {
    silence = 0;
    switch (message.type) {
      case 'proving':
        proving = message.kind;
        onEvent(message);
        return;
      case 'unfit':
        refusals.push(`${message.kind}: ${message.why}`);
        onEvent(message);
        return;
      case 'found':
        device = message.devices[0];
        if (device === undefined) {
          resolve({ kind: 'failed', code: 'unfit', message: refusals.join('; ') });
          return;
        }
        onEvent({ type: 'device', device, others: message.devices.slice(1) });
        void task(device).then(inputs => {
          if (inputs === undefined) resolve({ kind: 'stopped' });
          else trainer.send({ type: 'train', ...inputs, from });
        });
        return;
      case 'measuring':
      case 'step':
        onEvent(message);
        return;
      case 'saved':
        saved(message.checkpoint);
        return;
      case 'lost':
        lose(message.why);
        return;
      case 'done':
        resolve({ kind: 'done', weights: message.weights });
        return;
      case 'failed':
        resolve({ kind: 'failed', code: message.code, message: message.message });
        return;
      default:
        message satisfies never;
    }
  });
  trainer.onBroken(() => lose('broken'));
  const stop = () => resolve({ kind: 'stopped' });
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();

  let over = false;
  async function watch() {
    while (!over) {
      await wait(tickMs);
      if (!over && ++silence > silentTicks) lose('silent');
    }
  }
  trainer.send({ type: 'find', avoid, known, timeMs });
  void watch();
  return promise.finally(() => {
    over = true;
    signal.removeEventListener('abort', stop);
    trainer.stop();
  });
}
