import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { encodePack, type PackedSample } from '../../shared/training-pack.ts';
import { balancedDigits } from '../../training/dataset/labelled-samples.ts';
import { MnistUnavailable, readMnist } from '../../training/dataset/mnist.ts';
import type { FromPacking, ToPacking } from './packing-worker-messages.ts';

/** A packing process: makes one training pack, which takes most of a second, and ends. */

/** MNIST digits of a pack: 2 MB, which a phone has in seconds, and seven for each of 300 labels. */
const replayDigits = 2_500;

const samples: PackedSample[] = [];
const reading = readMnist();
reading.catch(() => {}); // `pack` says why

async function pack({ base, gate, stepsShare }: Extract<ToPacking, { type: 'pack' }>): Promise<FromPacking> {
  const { train } = await reading;
  const replay = balancedDigits(train, { count: replayDigits, seed: 1 });
  const bytes = encodePack({ base, gate, stepsShare, samples, replay });
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { type: 'packed', etag, bytes: gzipSync(bytes, { level: 6 }) };
}

function failureOf(thrown: unknown): FromPacking {
  if (thrown instanceof MnistUnavailable) return { type: 'no_mnist', cause: thrown.cause };
  return { type: 'failed', error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
}

process.on('message', (message: ToPacking) => {
  switch (message.type) {
    case 'samples':
      samples.push(...message.samples);
      return;
    case 'pack':
      void pack(message)
        .catch(failureOf)
        .then(answer => process.send?.(answer, () => process.exit()));
      return;
    default:
      message satisfies never;
  }
});
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => {});
