import type { VerdictFacts } from '../../shared/protocol.ts';
import type { LabelTrust } from '../evaluation/label-trust.ts';
import { evaluate, isDecided, isRight } from '../evaluation/metrics.ts';
import { boundOf, changeOf, figures, type Pairs, pairUp, percent } from '../evaluation/paired-comparison.ts';
import { isFired, type Report, setNames } from '../evaluation/report.ts';
import type { SetAside } from '../evaluation/witnesses.ts';
import type { GateKind } from './gate-kind.ts';
import { nextSteps, type Reason } from './reasons.ts';

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
  learned: 0.5, // share of the trusted samples that the champion misreads
  // Net loss of the house's pen drawings, as a share, from the champion to the candidate and since the base model. In all,
  // correct labels lost up to 0.5 % and wrong ones at least 1.2 %; a digit alone separates them less well, since
  // flagged 1s cost slanted 7s (LOG.md).
  pensDigitLost: 0.08,
  pensDigitDrift: 0.1,
  pensLost: 0.01,
  pensDrift: 0.015,
  heldOutLosers: 2, // held-out people who lose drawings: one person alone forbids nothing in the house
  // The price a room may pay: the drop on MNIST since the base model. A host may pay up to `maxRoomPrice`.
  roomPrice: 0.01,
  maxRoomPrice: 0.1,
} as const;

/** `strangers`: count of held-out drawings. Under `gateLimits.enough` the level is few, and the message has it. */
export type Evidence = { strangers: number; level: 'none' | 'few' | 'enough' };

/** `facts`: the numbers of the message, for a page's own sentence. */
export type Verdict = { message: string; evidence: Evidence; facts?: VerdictFacts } & (
  | { kind: 'promoted' }
  | { kind: 'refused'; reason: Reason }
);

/** Reports over the same sets. `anchor` is the base model's report: it limits the drift over many small steps. */
export type Comparison = {
  champion: Report;
  candidate: Report;
  anchor?: Report;
  trust: LabelTrust;
  gate?: GateKind; // default: house
  price?: number; // that a room's host pays on MNIST, 0…1; default: roomPrice
  heldOutAuthors?: readonly string[]; // of the held-out drawings, in their order
  setAside?: SetAsideLabels;
};

/** Labels that both witnesses surely contradict, with the author of each. */
export type SetAsideLabels = readonly (SetAside & { author: string })[];

/** Promotes for a measurable gain without a proven or suspicious loss. Otherwise returns the first reason that applies. */
export function decide(comparison: Comparison): Verdict {
  const { gate = 'house', champion, setAside = [] } = comparison;
  const evidence = evidenceOf(champion);
  const notes = evidenceNote(evidence) + setAsideNote(setAside);
  const facts = { ...learnedOf(comparison), setAside: setAside.length };
  for (const [reason, objection] of checksOf[gate]) {
    const found = objection(comparison);
    if (found === undefined) continue;
    const [sentence, about] =
      typeof found === 'string' ? [found, {}] : [found.message, { digit: found.digit }];
    const message = `${sentence}${notes} ${nextSteps[gate][reason]}`;
    return { kind: 'refused', reason, message, evidence, facts: { ...facts, ...about } };
  }
  return { kind: 'promoted', message: promotionMessage(comparison) + notes, evidence, facts };
}

/** Refuses labels that are not worth training on, before any training; undefined if they are. */
export function decideOnLabels(comparison: Omit<Comparison, 'candidate'>): Verdict | undefined {
  const { gate = 'house', champion, trust, setAside = [] } = comparison;
  const evidence = evidenceOf(champion);
  const doubts = labelsDoubted({ champion, trust });
  if (doubts === undefined && hasTrustedLabel(trust)) return undefined;
  const reason = doubts === undefined && setAside.length === 0 ? 'too_little_evidence' : 'labels_doubted';
  const message = (doubts ?? noTrustedLabel) + setAsideNote(setAside);
  return {
    kind: 'refused',
    reason,
    message: `${message} ${nextSteps[gate][reason]}`,
    evidence,
    facts: { setAside: setAside.length },
  };
}

const noTrustedLabel = 'There is no label to learn from that the champion or similar drawings support.';

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

const checksOf: Record<GateKind, readonly Check[]> = {
  house: [
    ...soundness,
    ['mnist_fell', mnistFell],
    ['digit_fell', digitFell],
    ['pens_fell', pensFell],
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

/** The cost on MNIST since the base model, of all jobs of the room together. */
const paidOf = ({ champion, candidate, anchor = champion }: Comparison) =>
  pairUp({ champion: anchor, candidate }, { name: 'mnist' });

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

/**
 * Trusted samples that the champion does not decide rightly, and those of them that the candidate decides, or reads right
 * where the champion read them wrong. A right reading that is undecided is still something to learn.
 */
export function learnedOf({ champion, candidate, trust }: Comparison): { open: number; learned: number } {
  const before = champion.readings.lessons;
  const open = before.map((reading, i) => trust.weights[i] > 0 && !isDecided(reading));
  const learned = candidate.readings.lessons.filter(
    (reading, i) => open[i] && (isDecided(reading) || (isRight(reading) && !isRight(before[i]))),
  );
  return { open: open.filter(Boolean).length, learned: learned.length };
}

function promotionMessage(comparison: Comparison): string {
  const { open, learned } = learnedOf(comparison);
  const mnist = pairUp(comparison, { name: 'mnist' });
  const heldOut = pairUp(comparison, { name: 'strangers' });
  const onHeldOut = heldOut.count > 0 ? `; ${setNames.strangers} ${figures(heldOut)}` : '';
  return `${learned} of ${open} ${setNames.lessons} learned; ${setNames.mnist} ${figures(mnist)}${onHeldOut}.${priceNote(comparison)}`;
}

function priceNote(comparison: Comparison): string {
  if (comparison.gate !== 'room') return '';
  const paid = -changeOf(paidOf(comparison));
  return paid > 0
    ? ` Since the base model the room pays ${percent(paid)} of MNIST.`
    : ' The room pays nothing on MNIST.';
}

function setAsideNote(setAside: SetAsideLabels): string {
  if (setAside.length === 0) return '';
  const most = Math.max(
    ...[...Map.groupBy(setAside, ({ author }) => author).values()].map(({ length }) => length),
  );
  const [labels, they] =
    setAside.length === 1 ? ['label contradicts', 'it is'] : ['labels contradict', 'they are'];
  return ` ${setAside.length} ${labels} what the champion surely reads, ${most} from one person: ${they} set aside.`;
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
