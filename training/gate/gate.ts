import type { LabelTrust } from '../evaluation/label-trust.ts';
import { evaluate } from '../evaluation/metrics.ts';
import {
  boundOf,
  changeOf,
  figures,
  isRight,
  type Pairs,
  pairUp,
  percent,
} from '../evaluation/paired-comparison.ts';
import { isFired, type Report, setNames } from '../evaluation/report.ts';

export const gateLimits = {
  // A benign candidate changes some 15 of 5,000 hold-out predictions: 95 % bounds are 0.13 points wide, and a drop of 0.1
  // is indistinguishable from none. So the bound of the drop is at most 0.3 points, and the measured drop at most 0.2.
  mnistMargin: 0.003,
  mnistDrop: 0.002,
  // Since the base model, over any number of promotions; the margins are limits of bounds:
  driftDrop: 0.004,
  driftDigitMargin: 0.03,
  driftMarkedMargin: 0.03,
  driftFired: 0.15,
  minMnist: 1000, // fewer digits cannot bound a drop of one point
  digitMargin: 0.02, // limit of the bound: of 500 drawings a digit, seven lost and none gained is too many
  heldOutMargin: 0.02, // limit of the bound, from `enough` drawings on …
  enough: 200,
  suspiciousLoss: 3, // … with fewer, a net loss of this many drawings is suspicious if it also exceeds …
  suspiciousShare: 0.02, // … this share of the set
  heldOutDigitShare: 0.05, // the same for each digit
  forgottenShare: 0.05, // of the earlier corrections that the champion reads right
  fired: 0.1, // share of confident out-of-distribution probes, above the champion's
  markedMargin: 0.02,
  eceMnist: 0.005, // above the champion's …
  eceHeldOut: 0.02,
  slower: 2, // times the champion, and …
  slowMicros: 250, // … above this cost of a prediction
  learned: 0.5, // share of the trusted samples that the champion misreads
} as const;

export const reasons = [
  'not_finite',
  'too_little_evidence',
  'labels_doubted',
  'mnist_fell',
  'digit_fell',
  'strangers_fell',
  'corrections_forgotten',
  'canaries_fired',
  'calibration_fell',
  'too_slow',
  'nothing_learned',
] as const;
export type Reason = (typeof reasons)[number];

/** `strangers`: count of held-out drawings. Under `gateLimits.enough` the level is few, and the message says so. */
export type Evidence = { strangers: number; level: 'none' | 'few' | 'enough' };

export type Verdict =
  | { kind: 'promoted'; message: string; evidence: Evidence }
  | { kind: 'refused'; reason: Reason; message: string; evidence: Evidence };

/** Reports over the same sets. `anchor` is the base model's report: it limits the drift over many small steps. */
export type Comparison = { champion: Report; candidate: Report; anchor?: Report; trust: LabelTrust };

/** Promotes for a measurable gain without a proven or suspicious loss. Otherwise returns the first reason that applies. */
export function decide(comparison: Comparison): Verdict {
  const evidence = evidenceOf(comparison.champion);
  for (const [reason, objection] of checks) {
    const message = objection(comparison);
    if (message !== undefined)
      return { kind: 'refused', reason, message: message + evidenceNote(evidence), evidence };
  }
  return { kind: 'promoted', message: promotionMessage(comparison) + evidenceNote(evidence), evidence };
}

/** Refuses labels that are not worth training on, before any training; undefined if they are. */
export function decideOnLabels({ champion, trust }: Omit<Comparison, 'candidate'>): Verdict | undefined {
  const evidence = evidenceOf(champion);
  const message = labelsDoubted({ champion, trust });
  if (message !== undefined) return { kind: 'refused', reason: 'labels_doubted', message, evidence };
  if (hasTrustedLabel(trust)) return undefined;
  return { kind: 'refused', reason: 'too_little_evidence', message: noTrustedLabel, evidence };
}

const noTrustedLabel = 'There is no label to learn from that the champion or similar drawings support.';

const checks: readonly (readonly [Reason, (comparison: Comparison) => string | undefined])[] = [
  [
    'not_finite',
    ({ candidate }) => (areNumbers(candidate) ? undefined : 'The candidate computes what is no number.'),
  ],
  ['labels_doubted', labelsDoubted],
  ['too_little_evidence', tooLittleEvidence],
  ['mnist_fell', mnistFell],
  ['digit_fell', digitFell],
  ['strangers_fell', heldOutFell],
  ['corrections_forgotten', correctionsForgotten],
  ['canaries_fired', oodProbesFired],
  ['calibration_fell', calibrationFell],
  ['too_slow', tooSlow],
  ['nothing_learned', nothingLearned],
];

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
function labelsDoubted({ champion, trust }: Omit<Comparison, 'candidate'>): string | undefined {
  if (trust.doubted === 0 || hasTrustedLabel(trust)) return undefined;
  return `On ${trust.contradicted} of the ${champion.readings.lessons.length} ${setNames.lessons} the champion is sure of another digit, in more ways than a style of writing explains.`;
}

const hasTrustedLabel = ({ weights }: LabelTrust) => weights.some(weight => weight > 0);

function mnistFell({ champion, candidate, anchor }: Comparison): string | undefined {
  const pairs = pairUp({ champion, candidate }, { name: 'mnist' });
  if (isMnistLoss(pairs)) return lossOf(pairs);
  if (anchor === undefined) return undefined;
  const drift = pairUp({ champion: anchor, candidate }, { name: 'mnist' });
  return -changeOf(drift) > gateLimits.driftDrop ? sinceBase(lossOf(drift)) : undefined;
}

const isMnistLoss = (pairs: Pairs) =>
  -changeOf(pairs) > gateLimits.mnistDrop || boundOf(pairs) < -gateLimits.mnistMargin;

function digitFell(comparison: Comparison): string | undefined {
  for (let digit = 0; digit < 10; digit++) {
    const mnist = pairUp(comparison, { name: 'mnist', digit });
    if (boundOf(mnist) < -gateLimits.digitMargin) return lossOf(mnist);
    const heldOut = pairUp(comparison, { name: 'strangers', digit });
    if (isSuspicious(heldOut, gateLimits.heldOutDigitShare)) return lossOf(heldOut);
    if (comparison.anchor === undefined) continue;
    const drift = pairUp({ ...comparison, champion: comparison.anchor }, { name: 'mnist', digit });
    if (boundOf(drift) < -gateLimits.driftDigitMargin) return sinceBase(lossOf(drift));
  }
  return undefined;
}

function heldOutFell(comparison: Comparison): string | undefined {
  const pairs = pairUp(comparison, { name: 'strangers' });
  if (isHeldOutLoss(pairs)) return lossOf(pairs);
  if (comparison.anchor === undefined) return undefined;
  const drift = pairUp({ ...comparison, champion: comparison.anchor }, { name: 'strangers' });
  return isHeldOutLoss(drift) ? sinceBase(lossOf(drift)) : undefined;
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

function tooSlow({ champion, candidate }: Comparison): string | undefined {
  const [before, after] = [champion.microsPerImage, candidate.microsPerImage];
  if (after <= gateLimits.slowMicros || after <= gateLimits.slower * before) return undefined;
  return `An image takes the candidate ${Math.round(after)} µs, the champion ${Math.round(before)} µs.`;
}

function nothingLearned(comparison: Comparison): string | undefined {
  const { misread, learned } = learnedOf(comparison);
  const heldOut = pairUp(comparison, { name: 'strangers' });
  if (learned > 0 && learned >= gateLimits.learned * misread) return undefined;
  if (heldOut.gained - heldOut.lost >= gateLimits.suspiciousLoss && boundOf(heldOut) > 0) return undefined;
  const others = heldOut.count > 0 ? `, and ${setNames.strangers} are read at ${figures(heldOut)}` : '';
  return `Of ${misread} ${setNames.lessons} that the champion misreads the candidate reads ${learned} right${others}: there is no gain to show.`;
}

/** Counts trusted samples only. */
export function learnedOf({ champion, candidate, trust }: Comparison): { misread: number; learned: number } {
  const trusted = champion.readings.lessons.map((_, i) => trust.weights[i] > 0);
  const missed = champion.readings.lessons.map((reading, i) => trusted[i] && !isRight(reading));
  const learned = candidate.readings.lessons.filter((reading, i) => missed[i] && isRight(reading));
  return { misread: missed.filter(Boolean).length, learned: learned.length };
}

function promotionMessage(comparison: Comparison): string {
  const { misread, learned } = learnedOf(comparison);
  const mnist = pairUp(comparison, { name: 'mnist' });
  const heldOut = pairUp(comparison, { name: 'strangers' });
  const onHeldOut = heldOut.count > 0 ? `; ${setNames.strangers} ${figures(heldOut)}` : '';
  return `${learned} of ${misread} misread ${setNames.lessons} learned; ${setNames.mnist} ${figures(mnist)}${onHeldOut}.`;
}

function evidenceNote({ level, strangers }: Evidence): string {
  if (level === 'none') return ' There are no drawings of held-out people to check on.';
  return level === 'few' ? ` Only ${strangers} drawings of held-out people to check on.` : '';
}

function evidenceOf({ readings }: Report): Evidence {
  const { length } = readings.strangers;
  const level = length === 0 ? 'none' : length < gateLimits.enough ? 'few' : 'enough';
  return { strangers: length, level };
}

const isSuspicious = ({ count, lost, gained }: Pairs, share: number) =>
  lost - gained >= gateLimits.suspiciousLoss && lost - gained > share * count;

const sinceBase = (loss: string) => `Since the base model, step by step: ${loss}`;

const lossOf = (pairs: Pairs) =>
  `${pairs.what}: ${figures(pairs)}, ${pairs.lost} lost and ${pairs.gained} gained of ${pairs.count}.`;
