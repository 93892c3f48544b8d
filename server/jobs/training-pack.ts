import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { TrainingSample } from '../../db/training-samples.ts';
import { encodePack } from '../../shared/training-pack.ts';
import type { Digits } from '../../training/dataset/digits.ts';
import { balancedDigits } from '../../training/dataset/labelled-samples.ts';
import { readMnist } from '../../training/dataset/mnist.ts';

/** MNIST digits of a pack: 2 MB, which a phone has in seconds, and seven for each of 300 labels. */
const replayDigits = 2_500;

/** A training pack ready to be sent. */
export interface EncodedPack {
  etag: string;
  /** Compressed by gzip. */
  bytes: Buffer;
}

/** Packs lessons for browsers. Who drew them stays here: authors become numbers of this pack. */
export function createPacker() {
  let replay: Promise<Digits> | undefined;

  return async (base: string, lessons: readonly TrainingSample[]): Promise<EncodedPack> => {
    replay ??= readMnist().then(({ train }) => balancedDigits(train, { count: replayDigits, seed: 1 }));
    const authors = [...new Set(lessons.map(({ author }) => author))];
    const pack = encodePack({
      base,
      samples: lessons.map(({ digit, author, guess, strokes, raster }) => ({
        digit,
        author: authors.indexOf(author),
        correction: guess !== null && guess !== digit,
        strokes,
        raster,
      })),
      replay: await replay,
    });
    const etag = `"${createHash('sha256').update(pack).digest('base64url').slice(0, 22)}"`;
    return { etag, bytes: await promisify(gzip)(pack, { level: 6 }) };
  };
}
