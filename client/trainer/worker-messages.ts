import type { Checkpoint, Progress } from '../../training/learn/train.ts';

/** Between the page and its trainer worker. */

/** Best first. */
export const deviceKinds = ['webgpu', 'webgl', 'wasm', 'cpu'] as const;
export type DeviceKind = (typeof deviceKinds)[number];

export interface Device {
  kind: DeviceKind;
  /** As people read it: "WebGPU · apple metal-3". */
  name: string;
  samplesPerSecond: number;
}

export type ToTrainer =
  /** Proves and times every device but those to `avoid`, each for `timeMs`, and makes the fastest ready. */
  | { type: 'find'; avoid: readonly DeviceKind[]; timeMs: number }
  /** Trains on the device found: `weights` as in shared/weights.ts, `pack` as in shared/training-pack.ts. */
  | { type: 'train'; weights: Uint8Array; pack: Uint8Array; seed: number; from: Checkpoint | null };

export type FromTrainer =
  | { type: 'proving'; kind: DeviceKind }
  | { type: 'unfit'; kind: DeviceKind; why: string }
  /** All that can train, the fastest first. */
  | { type: 'found'; devices: readonly Device[] }
  | { type: 'measuring' }
  | ({ type: 'step'; samplesPerSecond: number } & Progress)
  | { type: 'saved'; checkpoint: Checkpoint }
  | { type: 'done'; weights: Uint8Array }
  /** The device is gone or computes no longer; another may go on. */
  | { type: 'lost'; why: string }
  /** No device would do better. */
  | { type: 'failed'; message: string };
