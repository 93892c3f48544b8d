import type { Logger } from 'pino';
import type { TrainingSample } from '../../db/training-samples.ts';
import { MnistUnavailable } from '../../training/dataset/mnist.ts';
import type { EncodedPack, FromPacking, PackAssignment } from '../job-workers/packing-worker-messages.ts';
import { toSampleMessage } from '../job-workers/training-worker-messages.ts';
import type { Child } from '../process/child-process.ts';
import { watchSilence } from '../process/signs-of-work.ts';
import { gateOf } from './job-limits.ts';

export type PackingProcess = Child<PackAssignment, FromPacking>;

export interface PackerParts {
  spawn(): PackingProcess;
  log: Logger;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

/**
 * Packs samples for browsers, each pack in a process of its own: everybody's ink goes through this one. Who drew them
 * stays here: authors become numbers of this pack. Rejects with MnistUnavailable, or when the process died or hung.
 */
export function createPacker({ spawn, log, after }: PackerParts) {
  return (
    base: string,
    { room, samples }: { room: string; samples: readonly TrainingSample[] },
  ): Promise<EncodedPack> => {
    const authors = new Map(
      [...new Set(samples.map(({ author }) => author))].map((author, i) => [author, i]),
    );
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
      packing.send({
        base,
        gate: gateOf(room),
        samples: samples.map(sample => ({
          ...toSampleMessage(sample),
          author: authors.get(sample.author) ?? 0,
        })),
      });
    }).finally(silence.stop);
  };
}
