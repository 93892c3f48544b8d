import { readFile } from 'node:fs/promises';
import { decodeWeights, type Weights } from '../../shared/weights.ts';

let read: Promise<Weights> | undefined;

/** The net that is trained on MNIST alone: a second witness on labels, which no label of anybody has taught. */
export function readPlainWeights(): Promise<Weights> {
  read ??= readFile(new URL('../../models/plain/weights.bin', import.meta.url)).then(decodeWeights);
  return read;
}
