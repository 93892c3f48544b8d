import type { LabelTrust } from '../evaluation/label-trust.ts';
import { evaluate, isRight } from '../evaluation/metrics.ts';
import { boundOf, changeOf, figures, type Pairs, pairUp, percent } from '../evaluation/paired-comparison.ts';
import { isFired, type Report, setNames } from '../evaluation/report.ts';
import { type Comparison, learnedOf, paidOf } from './comparison.ts';
import type { GateKind } from './gate-kind.ts';
import { gateLimits } from './gate-limits.ts';
import type { Reason } from './reasons.ts';

export const noTrustedLabel =
  'There is no label to learn from that the champion or similar drawings support.';

/** The sentence alone, or with the digit that it is about. */
type Objection = string | { message: string; digit: number };
type Check = readonly [Reason, (comparison: Comparison) => Objection | undefined];

const soundness: readonly Check[] = [
  [
    'not_finite',
    ({ candidate }) => (areNumbers(candidate) ? undefined : 'The candidate computes what is no number.'),
  ],
  ['labels_doubted', labelsDoubted],
  ['too_little_evidence', tooLittleEvidence],
];

/** The checks of each gate; the first objection decides. */
export const checksOf: Record<GateKind, readonly Check[]> = {
  house: [
    ...soundness,
    ['mnist_fell', mnistFell],
    ['digit_fell', digitFell],
    ['pens_fell', pensFell],
    ['pens_fell', beginningsFell],
    ['strangers_fell', heldOutFell],
    ['corrections_forgotten', correctionsForgotten],
    ['canaries_fired', oodProbesFired],
    ['calibration_fell', calibrationFell],
    ['nothing_learned', nothingLearned],
  ],
  // A room's signs may be no digits of anybody else: MNIST's digits and probes measure a price, not a fault.
  room: [
    ...soundness,
    ['mnist_fell', priceExceeded],
    ['strangers_fell', ownPeopleFell],
    ['corrections_forgotten', correctionsForgotten],
    ['nothing_learned', nothingLearned],
  ],
};

function areNumbers({ readings, oodProbes }: Report): boolean {
  const read = Object.values(readings).flatMap(set => set.map(({ probabilities }) => probabilities));
  return [...read, ...oodProbes].every(probabilities => probabilities.every(Number.isFinite));
}

function tooLittleEvidence({ champion, trust }: Comparison): string | undefined {
  const { length } = champion.readings.mnist;
  if (length < gateLimits.minMnist)
    return `The ${setNames.mnist} has ${length} digits; under ${gateLimits.minMnist} no drop can be excluded.`;
  return hasTrustedLabel(trust) ? undefined : noTrustedLabel;
}

/** Refuses only if no label is trusted: doubted labels beside trusted ones have weight 0 and do no harm. */
export function labelsDoubted({ champion, trust }: Omit<Comparison, 'candidate'>): string | undefined {
  if (trust.doubted === 0 || hasTrustedLabel(trust)) return undefined;
  return `On ${trust.contradicted} of the ${champion.readings.lessons.length} ${setNames.lessons} the champion is sure of another digit, in more ways than a style of writing explains.`;
}

export const hasTrustedLabel = ({ weights }: LabelTrust) => weights.some(weight => weight > 0);

function mnistFell({ champion, candidate, anchor }: Comparison): string | undefined {
  const pairs = pairUp({ champion, candidate }, { name: 'mnist' });
  if (isMnistLoss(pairs)) return lossOf(pairs);
  if (anchor === undefined) return undefined;
  const drift = pairUp({ champion: anchor, candidate }, { name: 'mnist' });
  return -changeOf(drift) > gateLimits.driftDrop ? sinceBase(lossOf(drift)) : undefined;
}

function priceExceeded(comparison: Comparison): string | undefined {
  const price = Math.min(gateLimits.maxRoomPrice, comparison.price ?? gateLimits.roomPrice);
  const paid = paidOf(comparison);
  if (-changeOf(paid) <= price) return undefined;
  return `${lossOf(paid)} The room may pay ${percent(price)}, its host more, up to ${percent(gateLimits.maxRoomPrice)}.`;
}

const isMnistLoss = (pairs: Pairs) =>
  -changeOf(pairs) > gateLimits.mnistDrop || boundOf(pairs) < -gateLimits.mnistMargin;

function digitFell(comparison: Comparison): Objection | undefined {
  for (let digit = 0; digit < 10; digit++) {
    const mnist = pairUp(comparison, { name: 'mnist', digit });
    if (boundOf(mnist) < -gateLimits.digitMargin) return { message: lossOf(mnist), digit };
    const heldOut = pairUp(comparison, { name: 'strangers', digit });
    if (isSuspicious(heldOut, gateLimits.heldOutDigitShare) && isLostBySeveral(comparison, digit))
      return { message: lossOf(heldOut), digit };
    if (comparison.anchor === undefined) continue;
    const drift = pairUp({ ...comparison, champion: comparison.anchor }, { name: 'mnist', digit });
    if (boundOf(drift) < -gateLimits.driftDigitMargin) return { message: sinceBase(lossOf(drift)), digit };
  }
  return undefined;
}

/** Predict-as-you-draw: a lesson may not cost the answer to unfinished drawings. */
function beginningsFell(comparison: Comparison): string | undefined {
  const pairs = pairUp(comparison, { name: 'beginnings' });
  if (isOverLimit(pairs, gateLimits.beginningsLost)) return lossOf(pairs);
  if (comparison.anchor === undefined) return undefined;
  const drift = pairUp({ ...comparison, champion: comparison.anchor }, { name: 'beginnings' });
  return isOverLimit(drift, gateLimits.beginningsDrift) ? sinceBase(lossOf(drift)) : undefined;
}

/** The house's fixed drawings: a digit that others read worse is refused, whatever held-out people and corrections gain. */
function pensFell(comparison: Comparison): string | undefined {
  const loss = pensLossOf(comparison, { digitLost: gateLimits.pensDigitLost, lost: gateLimits.pensLost });
  if (loss !== undefined || comparison.anchor === undefined) return loss;
  const sinceStart = { champion: comparison.anchor, candidate: comparison.candidate };
  const drift = pensLossOf(sinceStart, { digitLost: gateLimits.pensDigitDrift, lost: gateLimits.pensDrift });
  return drift === undefined ? undefined : sinceBase(drift);
}

function pensLossOf(
  reports: { champion: Report; candidate: Report },
  limits: { digitLost: number; lost: number },
): string | undefined {
  for (let digit = 0; digit < 10; digit++) {
    const pairs = pairUp(reports, { name: 'pens', digit });
    if (isOverLimit(pairs, limits.digitLost)) return lossOf(pairs);
  }
  const all = pairUp(reports, { name: 'pens' });
  return isOverLimit(all, limits.lost) ? lossOf(all) : undefined;
}

/** One drawing alone is over no limit: an operator's own set may be small. */
const isOverLimit = ({ count, lost, gained }: Pairs, share: number) =>
  lost - gained > Math.max(1, share * count);

function heldOutFell(comparison: Comparison): string | undefined {
  const pairs = pairUp(comparison, { name: 'strangers' });
  if (isHeldOutLoss(pairs) && isLostBySeveral(comparison)) return lossOf(pairs);
  const { anchor } = comparison;
  if (anchor === undefined) return undefined;
  const sinceStart = { ...comparison, champion: anchor };
  const drift = pairUp(sinceStart, { name: 'strangers' });
  return isHeldOutLoss(drift) && isLostBySeveral(sinceStart) ? sinceBase(lossOf(drift)) : undefined;
}

/** A room's people against its champion. Its distance to the base model is its own affair. */
function ownPeopleFell(comparison: Comparison): string | undefined {
  const pairs = pairUp(comparison, { name: 'strangers' });
  return isHeldOutLoss(pairs) ? lossOf(pairs) : undefined;
}

/** Whether several held-out people lose drawings. One person's copies of one drawing would refuse every candidate. */
function isLostBySeveral({ champion, candidate, heldOutAuthors }: Comparison, digit?: number): boolean {
  if (heldOutAuthors === undefined) return true;
  const changes = new Map<string, number>();
  champion.readings.strangers.forEach((before, i) => {
    if (digit !== undefined && before.label !== digit) return;
    const change = Number(isRight(candidate.readings.strangers[i])) - Number(isRight(before));
    changes.set(heldOutAuthors[i], (changes.get(heldOutAuthors[i]) ?? 0) + change);
  });
  return [...changes.values()].filter(change => change < 0).length >= gateLimits.heldOutLosers;
}

const isHeldOutLoss = (pairs: Pairs) =>
  pairs.count >= gateLimits.enough
    ? boundOf(pairs) < -gateLimits.heldOutMargin
    : isSuspicious(pairs, gateLimits.suspiciousShare);

function correctionsForgotten(comparison: Comparison): string | undefined {
  const pairs = pairUp(comparison, { name: 'corrections' });
  const isLoss = pairs.lost - pairs.gained > Math.max(1, gateLimits.forgottenShare * pairs.before);
  return isLoss ? lossOf(pairs) : undefined;
}

function oodProbesFired(comparison: Comparison): string | undefined {
  const { champion, candidate, anchor } = comparison;
  const [before, after] = [firedOf(champion), firedOf(candidate)];
  const fired = (was: number, whose: string) =>
    `Of scribbles and other canaries the candidate reads ${percent(after)} as a digit, the ${whose} ${percent(was)}.`;
  if (after - before > gateLimits.fired) return fired(before, 'champion');
  const pairs = pairUp(comparison, { name: 'marked' });
  if (boundOf(pairs) < -gateLimits.markedMargin) return lossOf(pairs);
  if (anchor === undefined) return undefined;
  if (after - firedOf(anchor) > gateLimits.driftFired) return fired(firedOf(anchor), 'base model');
  const drift = pairUp({ champion: anchor, candidate }, { name: 'marked' });
  return boundOf(drift) < -gateLimits.driftMarkedMargin ? sinceBase(lossOf(drift)) : undefined;
}

const firedOf = ({ oodProbes }: Report) => oodProbes.filter(isFired).length / Math.max(1, oodProbes.length);

function calibrationFell({ champion, candidate }: Comparison): string | undefined {
  for (const [name, tolerance, minCount] of [
    ['mnist', gateLimits.eceMnist, 1],
    ['strangers', gateLimits.eceHeldOut, gateLimits.enough],
  ] as const) {
    if (champion.readings[name].length < minCount) continue;
    const [before, after] = [champion, candidate].map(({ readings }) => evaluate(readings[name]).ece);
    if (after > before + tolerance)
      return `On ${setNames[name]} confidence is off by ${percent(after)}, the champion's by ${percent(before)}.`;
  }
  return undefined;
}

function nothingLearned(comparison: Comparison): string | undefined {
  const { open, learned } = learnedOf(comparison);
  const heldOut = pairUp(comparison, { name: 'strangers' });
  if (learned > 0 && learned >= gateLimits.learned * open) return undefined;
  if (heldOut.gained - heldOut.lost >= gateLimits.suspiciousLoss && boundOf(heldOut) > 0) return undefined;
  const others = heldOut.count > 0 ? `, and ${setNames.strangers} are read at ${figures(heldOut)}` : '';
  if (open === 0)
    return `The champion already reads all ${setNames.lessons} right and surely${others}: there is nothing to gain.`;
  return `Of ${open} ${setNames.lessons} that the champion does not surely read right, the candidate learned ${learned}${others}: there is no gain to show.`;
}

const isSuspicious = ({ count, lost, gained }: Pairs, share: number) =>
  lost - gained >= gateLimits.suspiciousLoss && lost - gained > share * count;

const sinceBase = (loss: string) => `Since the base model, step by step: ${loss}`;

const lossOf = (pairs: Pairs) =>
  `${pairs.what}: ${figures(pairs)}, ${pairs.lost} lost and ${pairs.gained} gained of ${pairs.count}.`;
