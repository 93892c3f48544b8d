import type { Weights } from '../../shared/weights.ts';
import type { Digits } from '../dataset/digits.ts';
import type { LabelledSample } from '../dataset/labelled-samples.ts';
import { readAll, readLabelled, withModel } from '../evaluation/model-reader.ts';
import { digitsOf, type Summary, setsOf, summarise } from '../evaluation/report.ts';
import { createReportCache, type ReportCache } from '../evaluation/report-cache.ts';
import type { SetAsideLabels } from '../gate/comparison.ts';
import { decide, decideOnLabels, type Verdict } from '../gate/gate.ts';
import type { GateKind } from '../gate/gate-kind.ts';
import { fixedDrawingsOf, screenLabels } from '../gate/screen-labels.ts';
import { type FineTuning, fineTune } from './fine-tune.ts';
import type { Progress } from './train.ts';

export type TrainingJob = {
  champion: Weights;
  base?: Weights; // the shipped model: the gate limits the champion's drift from it
  plain?: Weights; // trained on MNIST alone: the house's second witness on labels; without it no label is set aside
  gate?: GateKind; // default: house
  price?: number; // that a room's host pays on MNIST, 0…1
  pens?: Digits; // an operator's own drawings for the house's gate; default: drawings made by rule
  samples: readonly LabelledSample[];
  heldOut: readonly LabelledSample[]; // labelled drawings of held-out authors
  corrections: readonly LabelledSample[]; // of earlier jobs
  replay: Digits;
  mnist: Digits; // the hold-out
  seed: number;
  now: () => number; // milliseconds
  cache?: ReportCache; // of readings that need not be read again
  options?: FineTuning['options'];
};

export type TrainingPhaseEvent =
  | { phase: 'measuring' }
  | ({ phase: 'training' } & Progress)
  | { phase: 'judging' };

/** `candidate` is absent when the labels were refused before training. `setAside` is empty in a room. */
export type Outcome = {
  verdict: Verdict;
  before: Summary;
  setAside: SetAsideLabels;
  candidate?: { weights: Weights; after: Summary };
};

/** Runs one job from samples to verdict. Yields its phase; cancel by `return(undefined)`. Throws DivergedError. */
export async function* runTrainingJob(
  job: TrainingJob,
): AsyncGenerator<TrainingPhaseEvent, Outcome | undefined, undefined> {
  const { champion, base, plain, samples, heldOut, corrections, replay, seed, now, options } = job;
  const { cache = createReportCache() } = job;
  const { gate = 'house', price } = job;
  yield { phase: 'measuring' };
  const sets = setsOf({
    ...job,
    heldOut: digitsOf(heldOut),
    corrections: digitsOf(corrections),
    ...fixedDrawingsOf(job),
  });
  const context = { sets, now, cache };
  const read = await withModel(champion, context, readAll);
  const plainReadings = gate === 'house' && plain ? await withModel(plain, context, readLabelled) : undefined;
  const { trust, setAside, heldOutAuthors, keep } = screenLabels(job, {
    champion: read.readings,
    plain: plainReadings,
  });
  const before = keep(read);
  const anchor = base && keep(await withModel(base, context, readAll));
  const comparison = {
    champion: before,
    ...(anchor && { anchor }),
    trust,
    gate,
    setAside,
    heldOutAuthors,
    ...(price !== undefined && { price }),
  };
  const verdict = decideOnLabels(comparison);
  if (verdict) return { verdict, before: summarise(before), setAside };

  const training = fineTune({
    weights: champion,
    samples,
    trust: trust.weights,
    readings: read.readings.lessons,
    replay,
    seed,
    gate,
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
  const after = keep(await withModel(state.value, context, readAll));
  return {
    verdict: decide({ ...comparison, candidate: after }),
    before: summarise(before),
    setAside,
    candidate: { weights: state.value, after: summarise(after) },
  };
}
