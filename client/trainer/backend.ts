import type { Compute } from '../../training/learn/compute.ts';

/** A started tfjs backend. */
export interface Backend {
  name: string;
  /** A graphics card emulated by the processor: slower than WebAssembly on the same processor. */
  isSoftware: boolean;
  /** Trains and predicts here; default: tfjs's operations. */
  compute?: Compute;
  isLost(): boolean;
  /** Resolves with the reason when the device is gone. */
  lost: Promise<string>;
}

/** Matches the names of emulated graphics cards. */
export const software = /swiftshader|llvmpipe|basic render|software/i;

/** Fields of a backend that the page cannot lose. */
export const lasting = { isSoftware: false, isLost: () => false, lost: new Promise<string>(() => {}) };
