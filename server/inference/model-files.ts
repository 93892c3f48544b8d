import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Model } from '../../shared/training-protocol.ts';
import { decodeWeights, WeightsError } from '../../shared/weights.ts';

const cardSchema = z.looseObject({ version: z.string().min(1).max(100) });

export interface LoadedModel extends Model {
  weights: Uint8Array;
}

/** The model of a folder with `weights.bin` and `card.json`. Throws `WeightsError` naming the file that is wrong. */
export function loadModel(folder: string): LoadedModel {
  const read = (file: string) => {
    try {
      return readFileSync(join(folder, file));
    } catch (error) {
      throw new WeightsError(
        `${join(folder, file)} cannot be read: ${error instanceof Error ? error.message : error}`,
      );
    }
  };
  const weights = new Uint8Array(read('weights.bin'));
  try {
    decodeWeights(weights);
    const card = cardSchema.parse(JSON.parse(read('card.json').toString('utf8')));
    return { version: card.version, card, weights };
  } catch (error) {
    throw new WeightsError(
      `The model in ${folder} is not usable: ${error instanceof Error ? error.message : error}`,
    );
  }
}
