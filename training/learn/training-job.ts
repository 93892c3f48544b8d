import { encodeWeights, type Weights } from '../../shared/weights.ts';
import type { Digits } from '../dataset/digits.ts';
import type { LabelledSample } from '../dataset/labelled-samples.ts';
import { estimateTrust } from '../evaluation/label-trust.ts';
import { measure, type Report, type Summary, setsOf, summarise } from '../evaluation/report.ts';
import { decide, decideOnLabels, type Verdict } from '../gate/gate.ts';
import { loadServingNet } from '../model/serving-net.ts';
import { type FineTuning, fineTune } from './fine-tune.ts';
import type { Progress } from './train.ts';

export type TrainingJob = {
  champion: Weights;
  base?: Weights; // the shipped model: the gate limits the champion's drift from it
  samples: readonly LabelledSample[];
  heldOut: Digits; // labelled drawings of held-out authors
  corrections: Digits; // of earlier jobs
  replay: Digits;
  mnist: Digits; // the hold-out
  seed: number;
  now: () => number; // milliseconds
  options?: FineTuning['options'];
};

export type TrainingPhaseEvent =
  | { phase: 'measuring' }
  | ({ phase: 'training' } & Progress)
  | { phase: 'judging' };

/** `candidate` is absent when the labels were refused before training. */
export type Outcome = { verdict: Verdict; before: Summary; candidate?: { weights: Weights; after: Summary } };

/** Runs one job from samples to verdict. Yields its phase; cancel by `return(undefined)`. Throws DivergedError. */
export async function* runTrainingJob(
  job: TrainingJob,
): AsyncGenerator<TrainingPhaseEvent, Outcome | undefined, undefined> {
  const { champion, base, samples, replay, seed, now, options } = job;
  yield { phase: 'measuring' };
  const sets = setsOf(job);
  const reportOn = async (weights: Weights): Promise<Report> => {
    const net = await loadServingNet(encodeWeights(weights));
    try {
      return await measure(net, { sets, now });
    } finally {
      net.dispose();
    }
  };
  const before = await reportOn(champion);
  const anchor = base && (await reportOn(base));
  const trust = estimateTrust(samples, before.readings.lessons);
  const verdict = decideOnLabels({ champion: before, trust });
  if (verdict) return { verdict, before: summarise(before) };

  const training = fineTune({
    weights: champion,
    samples,
    trust: trust.weights,
    replay,
    seed,
    options,
  });
  let state = await training.next();
  try {
    while (!state.done) {
      yield { phase: 'training', ...state.value };
      state = await training.next();
    }
  } finally {
    await training.return(champion);
  }
  yield { phase: 'judging' };
  const after = await reportOn(state.value);
  return {
    verdict: decide({ champion: before, candidate: after, trust, ...(anchor && { anchor }) }),
    before: summarise(before),
    candidate: { weights: state.value, after: summarise(after) },
  };
}
