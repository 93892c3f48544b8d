import type { Weights } from '../../shared/weights.ts';
import type { Digits } from '../dataset/digits.ts';
import type { LabelledSample } from '../dataset/labelled-samples.ts';
import { readAll, readLabelled, withModel } from '../evaluation/model-reader.ts';
import { digitsOf, type Summary, setsOf, summarise } from '../evaluation/report.ts';
import type { ReportCache } from '../evaluation/report-cache.ts';
import type { SetAsideLabels } from './comparison.ts';
import { decide, decideOnLabels, type Verdict } from './gate.ts';
import type { GateKind } from './gate-kind.ts';
import { fixedDrawingsOf, screenLabels } from './screen-labels.ts';

export type EvaluationContext = {
  champion: Weights;
  anchor: Weights; // the shipped model
  plain?: Weights; // trained on MNIST alone: the house's second witness on labels
  gate?: GateKind; // default: house
  price?: number; // that a room's host pays on MNIST, 0…1
  pens?: Digits; // an operator's own drawings for the house's gate; default: drawings made by rule
  samples: readonly LabelledSample[]; // of the training pack
  heldOut: readonly LabelledSample[];
  corrections: readonly LabelledSample[];
  mnist: Digits; // the hold-out
  now: () => number; // milliseconds
  cache: ReportCache; // kept between evaluations
};

/** `after` is absent when the labels were refused or the small sets sufficed to refuse. */
export type Evaluated = { verdict: Verdict; before: Summary; setAside: SetAsideLabels; after?: Summary };

/** Decides on weights that a browser trained. Cached readings are not measured again. */
export async function evaluateUpload(candidate: Weights, context: EvaluationContext): Promise<Evaluated> {
  const { plain, gate = 'house', price } = context;
  const sets = setsOf({
    ...context,
    heldOut: digitsOf(context.heldOut),
    corrections: digitsOf(context.corrections),
    ...fixedDrawingsOf(context),
  });
  const read = await withModel(context.champion, { ...context, sets }, readAll);
  const plainReadings =
    gate === 'house' && plain ? await withModel(plain, { ...context, sets }, readLabelled) : undefined;
  const { trust, setAside, heldOutAuthors, keep } = screenLabels(context, {
    champion: read.readings,
    plain: plainReadings,
  });
  const champion = keep(read);
  const anchor = keep(await withModel(context.anchor, { ...context, sets }, readAll));
  const before = summarise(champion);
  const comparison = {
    champion,
    trust,
    gate,
    setAside,
    heldOutAuthors,
    ...(price !== undefined && { price }),
  };
  const refused = decideOnLabels(comparison);
  if (refused) return { verdict: refused, before, setAside };

  return withModel(candidate, { ...context, sets }, async reader => {
    const small = keep({
      oodProbes: await reader.readOodProbes(),
      readings: {
        ...(await readLabelled(reader)),
        marked: await reader.read('marked'),
        pens: await reader.read('pens'),
        beginnings: await reader.read('beginnings'),
        mnist: champion.readings.mnist, // counts as unchanged for now: MNIST takes most of the time
      },
      // A candidate of the champion's shapes is as fast as the champion; a measurement would only add noise.
      microsPerImage: champion.microsPerImage,
    });
    const early = decide({ ...comparison, candidate: small });
    if (early.kind === 'refused') return { verdict: early, before, setAside };
    const whole = { ...small, readings: { ...small.readings, mnist: await reader.read('mnist') } };
    const verdict = decide({ ...comparison, candidate: whole, anchor });
    return { verdict, before, setAside, after: summarise(whole) };
  });
}
