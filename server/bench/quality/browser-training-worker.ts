import { decodePack } from '../../../shared/training-pack.ts';
import { decodeWeights, encodeWeights } from '../../../shared/weights.ts';
import { startWasm } from '../../../training/engine/start-wasm.ts';
import { wasmPath } from '../../../training/engine/wasm-path.ts';
import { estimateRoomTrust, estimateTrust } from '../../../training/evaluation/label-trust.ts';
import { predictImages } from '../../../training/evaluation/predict.ts';
import { digitsOf } from '../../../training/evaluation/report.ts';
import { fineTune } from '../../../training/learn/fine-tune.ts';
import { loadServingNet } from '../../../training/model/serving-net.ts';
import { answerParent } from '../system/child-process.ts';

export interface ToBrowserTraining {
  /** Encoded, of the version to train from. */
  weights: Uint8Array;
  pack: Uint8Array;
  seed: number;
}

/** Trains on a pack as the page's trainer does; answers with the candidate's bytes. */
async function trainOnPack({ weights, pack, seed }: ToBrowserTraining): Promise<Uint8Array> {
  await startWasm(wasmPath);
  const { samples: packed, replay, gate, stepsShare } = decodePack(pack);
  const samples = packed.map(sample => ({ ...sample, author: `${sample.author}` }));
  const net = await loadServingNet(weights);
  const readings = await predictImages(net, digitsOf(samples));
  net.dispose();
  const trust = (gate === 'room' ? estimateRoomTrust : estimateTrust)(samples, readings).weights;
  const tuning = fineTune({
    weights: decodeWeights(weights),
    samples,
    trust,
    readings,
    replay,
    seed,
    gate,
    options: { stepsShare },
  });
  for (;;) {
    const state = await tuning.next();
    if (state.done) return encodeWeights(state.value);
  }
}

answerParent(trainOnPack);
