import { encodeWeights, type Weights } from '../../shared/weights.ts';
import type { Digits } from '../dataset/digits.ts';
import type { LabelledSample } from '../dataset/labelled-samples.ts';
import { estimateTrust } from '../evaluation/label-trust.ts';
import {
  createTimedReader,
  type SetName,
  type Sets,
  type Summary,
  setsOf,
  summarise,
} from '../evaluation/report.ts';
import { cachedReadings, type ReportCache, readOnce } from '../evaluation/report-cache.ts';
import { loadServingNet } from '../model/serving-net.ts';
import { decide, decideOnLabels, type Verdict } from './gate.ts';

export type EvaluationContext = {
  champion: Weights;
  anchor: Weights; // the shipped model
  samples: readonly LabelledSample[]; // of the training pack
  heldOut: Digits;
  corrections: Digits;
  mnist: Digits; // the hold-out
  now: () => number; // milliseconds
  cache: ReportCache; // kept between evaluations
};

/** `after` is absent when the labels were refused or the small sets sufficed to refuse. */
export type Evaluated = { verdict: Verdict; before: Summary; after?: Summary };

/** Decides on weights that a browser trained. Cached readings are not measured again. */
export async function evaluateUpload(candidate: Weights, context: EvaluationContext): Promise<Evaluated> {
  const sets = setsOf(context);
  const champion = await withModel(context.champion, { ...context, sets }, readAll);
  const anchor = await withModel(context.anchor, { ...context, sets }, readAll);
  const before = summarise(champion);
  const trust = estimateTrust(context.samples, champion.readings.lessons);
  const refused = decideOnLabels({ champion, trust });
  if (refused) return { verdict: refused, before };

  return withModel(candidate, { ...context, sets }, async reader => {
    const small = {
      oodProbes: await reader.readOodProbes(),
      readings: {
        lessons: await reader.read('lessons'),
        marked: await reader.read('marked'),
        corrections: await reader.read('corrections'),
        strangers: await reader.read('strangers'),
        mnist: champion.readings.mnist, // counts as unchanged for now: MNIST takes most of the time
      },
      // A candidate of the champion's shapes is as fast as the champion; a measurement would only add noise.
      microsPerImage: champion.microsPerImage,
    };
    const early = decide({ champion, candidate: small, trust });
    if (early.kind === 'refused') return { verdict: early, before };
    const whole = { ...small, readings: { ...small.readings, mnist: await reader.read('mnist') } };
    return {
      verdict: decide({ champion, candidate: whole, anchor, trust }),
      before,
      after: summarise(whole),
    };
  });
}

type ModelReader = ReturnType<typeof createModelReader>;
type ReadingContext = Pick<EvaluationContext, 'now' | 'cache'> & { sets: Sets };

async function withModel<T>(
  weights: Weights,
  context: ReadingContext,
  use: (reader: ModelReader) => Promise<T>,
): Promise<T> {
  const net = await loadServingNet(encodeWeights(weights));
  try {
    return await use(createModelReader(weights, { ...context, reader: createTimedReader(net, context.now) }));
  } finally {
    net.dispose();
  }
}

function createModelReader(
  weights: Weights,
  { cache, sets, reader }: ReadingContext & { reader: ReturnType<typeof createTimedReader> },
) {
  const cached = cachedReadings(cache, weights);
  return {
    read: (name: SetName) => readOnce(cached, { name, digits: sets[name], read: reader.read }),
    readOodProbes: () => reader.readOodProbes(sets.oodProbes),
    microsPerImage: reader.microsPerImage,
  };
}

const readAll = async (reader: ModelReader) => ({
  readings: {
    mnist: await reader.read('mnist'),
    strangers: await reader.read('strangers'),
    corrections: await reader.read('corrections'),
    lessons: await reader.read('lessons'),
    marked: await reader.read('marked'),
  },
  oodProbes: await reader.readOodProbes(),
  microsPerImage: reader.microsPerImage(),
});
