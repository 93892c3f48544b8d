import { readFile } from 'node:fs/promises';
import { decodeWeights, type Weights } from '../../shared/weights.ts';

const fileOf = (path: string) => readFile(new URL(`../../models/${path}`, import.meta.url));

let plain: Promise<Weights> | undefined;
let base: Promise<ShippedBase> | undefined;

/** The net that is trained on MNIST alone: a second witness on labels, which no label of anybody has taught. */
export function readPlainWeights(): Promise<Weights> {
  plain ??= fileOf('plain/weights.bin').then(decodeWeights);
  return plain;
}

/** `bytes`: of its file. `readings`: what it predicts on the fixed sets, in the format of `evaluation/shipped-readings.ts`. */
export type ShippedBase = { bytes: Uint8Array; readings: Uint8Array };

export function readShippedBase(): Promise<ShippedBase> {
  base ??= readBase();
  return base;
}

async function readBase(): Promise<ShippedBase> {
  const [bytes, readings] = await Promise.all([fileOf('base/weights.bin'), fileOf('base/readings.bin')]);
  return { bytes, readings };
}
