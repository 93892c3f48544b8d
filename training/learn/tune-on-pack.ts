import { decodePack } from '../../shared/training-pack.ts';
import { decodeWeights, encodeWeights } from '../../shared/weights.ts';
import { estimateRoomTrust, estimateTrust } from '../evaluation/label-trust.ts';
import { predictImages } from '../evaluation/predict.ts';
import { digitsOf } from '../evaluation/report.ts';
import { tfjsCompute } from './compute.ts';
import { type FineTuning, fineTune } from './fine-tune.ts';
import type { Progress } from './train.ts';

/** The pack holds no label, or no trusted one. */
export class NothingToLearnError extends Error {
  override name = 'NothingToLearn';
  readonly code: 'noLabel' | 'disbelief';
  constructor(code: NothingToLearnError['code']) {
    super(code);
    this.code = code;
  }
}

export type PackTuning = {
  weights: Uint8Array; // encoded, of the champion
  pack: Uint8Array; // encoded
  seed: number;
} & Pick<FineTuning, 'compute' | 'from' | 'save'>;

/**
 * A browser's lesson: trains the champion on a training pack, by its labels' trust. Yields after each step; returns the
 * candidate's bytes. Throws PackError, WeightsError, OtherNetError, NothingToLearnError and DivergedError.
 */
export async function* tuneOnPack(tuning: PackTuning): AsyncGenerator<Progress, Uint8Array, undefined> {
  const { weights, pack, compute = tfjsCompute, ...rest } = tuning;
  const { samples: packed, replay, gate, stepsShare } = decodePack(pack);
  const samples = packed.map(sample => ({ ...sample, author: `${sample.author}` }));
  if (samples.length === 0) throw new NothingToLearnError('noLabel');
  const net = await compute.loadNet(weights);
  const readings = await predictImages(net, digitsOf(samples));
  net.dispose();
  const estimate = gate === 'room' ? estimateRoomTrust : estimateTrust;
  const trust = estimate(samples, readings).weights;
  if (!trust.some(value => value > 0)) throw new NothingToLearnError('disbelief');
  const champion = decodeWeights(weights);
  const options = { stepsShare };
  return encodeWeights(
    yield* fineTune({ ...rest, weights: champion, samples, trust, readings, replay, gate, options, compute }),
  );
}
