import type { PackedSample } from '../../shared/training-pack.ts';
import type { GateKind } from '../../training/gate/gate-kind.ts';

/** The samples of a pack come in portions; `pack` follows the last one. */
export type ToPacking =
  | { type: 'samples'; samples: PackedSample[] }
  | { type: 'pack'; base: string; gate: GateKind; stepsShare: number };

/** A training pack ready to be sent. */
export interface EncodedPack {
  etag: string;
  /** Compressed by gzip. */
  bytes: Buffer;
}

export type FromPacking =
  | { type: 'packed'; etag: string; bytes: Uint8Array }
  /** Why MNIST cannot be read. */
  | { type: 'no_mnist'; cause: unknown }
  | { type: 'failed'; error: Error };
