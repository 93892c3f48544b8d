import type { Logger } from 'pino';
import type { TrainingSample } from '../../db/training-samples.ts';
import type { PackedSample } from '../../shared/training-pack.ts';
import { MnistUnavailable } from '../../training/dataset/mnist.ts';
import type { EncodedPack, FromPacking, ToPacking } from '../job-workers/packing-worker-messages.ts';
import { toSampleMessage } from '../job-workers/training-worker-messages.ts';
import type { Child } from '../process/child-process.ts';
import { watchSilence } from '../process/signs-of-work.ts';
import { gateOf } from './job-limits.ts';

export type PackingProcess = Child<ToPacking, FromPacking>;

export interface PackerParts {
  spawn(): PackingProcess;
  /** The share of the usual steps that a lesson takes, above 0 and up to 1. */
  stepsShare: number;
  log: Logger;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** Numbers of ink in one message: serialising them takes some 2 ms. */
const portionNumbers = 20_000;
/** Between portions: everybody's ink goes through this process. */
const restMs = 10;

/**
 * Packs samples for browsers, each pack in a process of its own. Who drew them
 * stays here: authors become numbers of this pack. Rejects with MnistUnavailable, or when the process died or hung.
 */
export function createPacker({ spawn, stepsShare, log, after }: PackerParts) {
  const rest = () => new Promise<void>(resolve => void after(restMs, resolve));

  async function sendAll(packing: PackingProcess, { samples, ...pack }: Assignment) {
    for (const portion of portionsOf(samples)) {
      await rest();
      packing.send({ type: 'samples', samples: portion });
    }
    packing.send({ type: 'pack', ...pack });
  }

  return (
    base: string,
    { room, samples }: { room: string; samples: readonly TrainingSample[] },
  ): Promise<EncodedPack> => {
    const authors = new Map(
      [...new Set(samples.map(({ author }) => author))].map((author, i) => [author, i]),
    );
    const toPacked = (sample: TrainingSample): PackedSample => ({
      ...toSampleMessage(sample),
      author: authors.get(sample.author) ?? 0,
    });
    const packing = spawn();
    // One part of work: a second, and three hundred times that on a busy machine.
    const silence = watchSilence({
      after,
      hung() {
        log.error('a packing process hangs, killing it');
        packing.kill();
      },
    });
    return new Promise<EncodedPack>((resolve, reject) => {
      packing.onMessage(message => {
        switch (message.type) {
          case 'packed':
            resolve({ etag: message.etag, bytes: Buffer.from(message.bytes) });
            return;
          case 'no_mnist':
            reject(new MnistUnavailable(message.cause));
            return;
          case 'failed':
            reject(message.error);
            return;
          default:
            message satisfies never;
        }
      });
      packing.onExit(how => reject(new Error(`The packing process ended (${how}).`)));
      void sendAll(packing, { base, gate: gateOf(room), stepsShare, samples: samples.map(toPacked) });
    }).finally(silence.stop);
  };
}

type Assignment = Omit<Extract<ToPacking, { type: 'pack' }>, 'type'> & { samples: readonly PackedSample[] };

function portionsOf(samples: readonly PackedSample[]): PackedSample[][] {
  const portions: PackedSample[][] = [];
  let left = 0;
  for (const sample of samples) {
    const numbers = sample.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
    if (portions.length === 0 || numbers > left) {
      portions.push([]);
      left = portionNumbers;
    }
    portions.at(-1)?.push(sample);
    left -= numbers;
  }
  return portions;
}
