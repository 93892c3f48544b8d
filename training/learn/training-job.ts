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
  base?: Weights; // the shipped model: champions must not walk away from it in small steps
  samples: readonly LabelledSample[];
  heldOut: Digits; // labelled drawings of people who never teach
  corrections: Digits; // of earlier lessons
  replay: Digits;
  mnist: Digits; // that nobody trains on
  seed: number;
  now: () => number; // milliseconds
  options?: FineTuning['options'];
};

export type TrainingPhaseEvent =
  | { phase: 'measuring' }
  | ({ phase: 'training' } & Progress)
  | { phase: 'judging' };

/** Without `candidate` when the labels were refused before any training. */
export type Outcome = { verdict: Verdict; before: Summary; candidate?: { weights: Weights; after: Summary } };

/** One job from labels to verdict. Yields where it is; cancel by `return(undefined)`. Throws DivergedError. */
export async function* runTrainingJob(
  teaching: TrainingJob,
): AsyncGenerator<TrainingPhaseEvent, Outcome | undefined, undefined> {
  const { champion, base, samples: lessons, replay, seed, now, options } = teaching;
  yield { phase: 'measuring' };
  const sets = setsOf(teaching);
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
  const trust = estimateTrust(lessons, before.readings.lessons);
  const verdict = decideOnLabels({ champion: before, trust });
  if (verdict) return { verdict, before: summarise(before) };

  const training = fineTune({
    weights: champion,
    samples: lessons,
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
