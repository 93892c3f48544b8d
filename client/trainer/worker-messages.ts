import type { Checkpoint, Progress } from '../../training/learn/train.ts';

/** Messages between the page and its trainer worker. */

/** Fastest first, as a rule. */
export const deviceKinds = ['webgpu', 'webgl', 'wasm', 'cpu'] as const;
export type DeviceKind = (typeof deviceKinds)[number];

export interface Device {
  kind: DeviceKind;
  /** For people: "WebGPU · apple metal-3". */
  name: string;
  samplesPerSecond: number;
}

export type ToTrainer =
  /** Tests devices except those in `avoid`, times each for `timeMs`, and sets the fastest; `known` is tested alone. */
  | { type: 'find'; avoid: readonly DeviceKind[]; known?: Device | undefined; timeMs: number }
  /** Trains on the fastest device. Formats: `weights` in shared/weights.ts, `pack` in shared/training-pack.ts. */
  | { type: 'train'; weights: Uint8Array; pack: Uint8Array; seed: number; from: Checkpoint | null };

export type FromTrainer =
  | { type: 'proving'; kind: DeviceKind }
  | { type: 'unfit'; kind: DeviceKind; why: string }
  /** The devices that can train, fastest first. */
  | { type: 'found'; devices: readonly Device[] }
  | { type: 'measuring' }
  | ({ type: 'step'; samplesPerSecond: number } & Progress)
  | { type: 'saved'; checkpoint: Checkpoint }
  | { type: 'done'; weights: Uint8Array }
  /** The device is gone or broken; another one may resume. */
  | { type: 'lost'; why: string }
  /** Training would fail on every device. */
  | { type: 'failed'; code: FailureCode; message: string };

/** Why training fails on every device; of `other`, `message` is the sentence. */
export type FailureCode = 'notLoaded' | 'unfit' | 'otherNet' | 'noLabel' | 'disbelief' | 'other';
