import { encodeWeights, type Weights } from '../../shared/weights.ts';
import type { Digits } from '../dataset/digits.ts';
import type { LabelledSample } from '../dataset/labelled-samples.ts';
import { estimateTrust } from '../evaluation/label-trust.ts';
import {
  createReader,
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
  samples: readonly LabelledSample[]; // of the pack that was handed out
  heldOut: Digits;
  corrections: Digits;
  mnist: Digits; // that nobody trains on
  now: () => number; // milliseconds
  cache: ReportCache; // kept from one exam to the next
};

/** Without `after` when the labels were refused, or the small sets were enough to refuse. */
export type Evaluated = { verdict: Verdict; before: Summary; after?: Summary };

/** The gate for weights that others trained. What is known already is not measured again. */
export async function evaluateUpload(candidate: Weights, exam: EvaluationContext): Promise<Evaluated> {
  const sets = setsOf(exam);
  const champion = await sit(exam.champion, { ...exam, sets }, readAll);
  const anchor = await sit(exam.anchor, { ...exam, sets }, readAll);
  const before = summarise(champion);
  const trust = estimateTrust(exam.samples, champion.readings.lessons);
  const refused = decideOnLabels({ champion, trust });
  if (refused) return { verdict: refused, before };

  return sit(candidate, { ...exam, sets }, async pupil => {
    const small = {
      canaries: await pupil.readCanaries(),
      readings: {
        lessons: await pupil.read('lessons'),
        marked: await pupil.read('marked'),
        corrections: await pupil.read('corrections'),
        strangers: await pupil.read('strangers'),
        mnist: champion.readings.mnist, // counts as unchanged for now: most of the time is yet to come
      },
      // The champion's shapes, and within a few percent its numbers: it cannot be slower, only measured at a worse moment.
      microsPerImage: champion.microsPerImage,
    };
    const early = decide({ champion, candidate: small, trust });
    if (early.kind === 'refused') return { verdict: early, before };
    const whole = { ...small, readings: { ...small.readings, mnist: await pupil.read('mnist') } };
    return {
      verdict: decide({ champion, candidate: whole, anchor, trust }),
      before,
      after: summarise(whole),
    };
  });
}

type Pupil = ReturnType<typeof pupilOf>;
type Room = Pick<EvaluationContext, 'now' | 'cache'> & { sets: Sets };

async function sit<T>(weights: Weights, room: Room, exam: (pupil: Pupil) => Promise<T>): Promise<T> {
  const net = await loadServingNet(encodeWeights(weights));
  try {
    return await exam(pupilOf(weights, { ...room, reader: createReader(net, room.now) }));
  } finally {
    net.dispose();
  }
}

function pupilOf(
  weights: Weights,
  { cache: memory, sets, reader }: Room & { reader: ReturnType<typeof createReader> },
) {
  const known = cachedReadings(memory, weights);
  return {
    read: (name: SetName) => readOnce(known, { name, digits: sets[name], read: reader.read }),
    readCanaries: () => reader.readCanaries(sets.canaries),
    microsPerImage: reader.microsPerImage,
  };
}

const readAll = async (pupil: Pupil) => ({
  readings: {
    mnist: await pupil.read('mnist'),
    strangers: await pupil.read('strangers'),
    corrections: await pupil.read('corrections'),
    lessons: await pupil.read('lessons'),
    marked: await pupil.read('marked'),
  },
  canaries: await pupil.readCanaries(),
  microsPerImage: pupil.microsPerImage(),
});
