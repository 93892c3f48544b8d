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
  // Of 5,000 hold-out digits an honest candidate changes some fifteen, so 95 % bounds are 0.13 points wide and a drop
  // of 0.1 cannot be told from none. What can: the drop is surely under 0.3, and nobody loses more than 0.2 at sight.
  mnistMargin: 0.003,
  mnistDrop: 0.002,
  // Since the base model, over any number of promotions:
  walkedDrop: 0.004,
  walkedDigitMargin: 0.03, // a bound, as the next
  walkedMarkedMargin: 0.03,
  walkedFired: 0.15,
  leastMnist: 1000, // fewer cannot bound a drop of a point
  digitMargin: 0.02, // bound; of the 500 there are of each digit seven lost and none gained is too many
  strangersMargin: 0.02, // bound, where there are `enough` …
  enough: 200,
  fewLost: 3, // … else more lost than gained by so many is suspicious, if it is also …
  fewShare: 0.02, // … this share of the set
  strangersDigitShare: 0.05, // the same for each digit
  forgottenShare: 0.05, // of the earlier corrections the champion reads right
  fired: 0.1, // share of the canaries read surely, above the champion's
  markedMargin: 0.02,
  eceMnist: 0.005, // above the champion's …
  eceStrangers: 0.02,
  slower: 2, // times the champion, and …
  slowMicros: 250, // … above what a prediction may cost
  learned: 0.5, // of the believed lessons the champion misreads
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

/** `strangers` counts held-out drawings; under `gateLimits.enough` of them the evidence is few, and the message says so. */
export type Evidence = { strangers: number; level: 'none' | 'few' | 'enough' };

export type Verdict =
  | { kind: 'promoted'; message: string; evidence: Evidence }
  | { kind: 'refused'; reason: Reason; message: string; evidence: Evidence };

/** Reports over the same sets. `anchor` is the base model's: many small steps must not walk away from it. */
export type Comparison = { champion: Report; candidate: Report; anchor?: Report; trust: LabelTrust };

/** Promoted only for a gain that shows, and no loss that is proven or suspicious. The first reason that applies is told. */
export function decide(trial: Comparison): Verdict {
  const evidence = evidenceOf(trial.champion);
  for (const [reason, objection] of checks) {
    const message = objection(trial);
    if (message !== undefined)
      return { kind: 'refused', reason, message: message + caveat(evidence), evidence };
  }
  return { kind: 'promoted', message: praise(trial) + caveat(evidence), evidence };
}

/** The verdict on labels that are not worth training on, before any training; undefined when they are. */
export function decideOnLabels({ champion, trust }: Omit<Comparison, 'candidate'>): Verdict | undefined {
  const evidence = evidenceOf(champion);
  const message = doubted({ champion, trust });
  if (message !== undefined) return { kind: 'refused', reason: 'labels_doubted', message, evidence };
  if (isAnyBelieved(trust)) return undefined;
  return { kind: 'refused', reason: 'too_little_evidence', message: nobodyBelieved, evidence };
}

const nobodyBelieved = 'There is no label to learn from that the champion or similar drawings support.';

const checks: readonly (readonly [Reason, (trial: Comparison) => string | undefined])[] = [
  [
    'not_finite',
    ({ candidate }) => (areNumbers(candidate) ? undefined : 'The candidate computes what is no number.'),
  ],
  ['labels_doubted', doubted],
  ['too_little_evidence', tooLittle],
  ['mnist_fell', mnistFell],
  ['digit_fell', digitFell],
  ['strangers_fell', strangersFell],
  ['corrections_forgotten', forgotten],
  ['canaries_fired', canariesFired],
  ['calibration_fell', calibrationFell],
  ['too_slow', tooSlow],
  ['nothing_learned', nothingLearned],
];

function areNumbers({ readings, canaries }: Report): boolean {
  const read = Object.values(readings).flatMap(set => set.map(({ probabilities }) => probabilities));
  return [...read, ...canaries].every(probabilities => probabilities.every(Number.isFinite));
}

function tooLittle({ champion, trust }: Comparison): string | undefined {
  const { length } = champion.readings.mnist;
  if (length < gateLimits.leastMnist)
    return `The ${setNames.mnist} has ${length} digits; under ${gateLimits.leastMnist} no drop can be excluded.`;
  return isAnyBelieved(trust) ? undefined : nobodyBelieved;
}

/** Doubted labels beside others that are believed were not learned: they need not stop those. */
function doubted({ champion, trust }: Omit<Comparison, 'candidate'>): string | undefined {
  if (trust.doubted === 0 || isAnyBelieved(trust)) return undefined;
  return `On ${trust.contradicted} of the ${champion.readings.lessons.length} ${setNames.lessons} the champion is sure of another digit, in more ways than a style of writing explains.`;
}

const isAnyBelieved = ({ weights }: LabelTrust) => weights.some(weight => weight > 0);

function mnistFell({ champion, candidate, anchor }: Comparison): string | undefined {
  const pairs = pairUp({ champion, candidate }, { name: 'mnist' });
  if (isTooMuch(pairs)) return lossOf(pairs);
  if (anchor === undefined) return undefined;
  const walked = pairUp({ champion: anchor, candidate }, { name: 'mnist' });
  return -changeOf(walked) > gateLimits.walkedDrop ? sinceBase(lossOf(walked)) : undefined;
}

const isTooMuch = (pairs: Pairs) =>
  -changeOf(pairs) > gateLimits.mnistDrop || boundOf(pairs) < -gateLimits.mnistMargin;

function digitFell(trial: Comparison): string | undefined {
  for (let digit = 0; digit < 10; digit++) {
    const mnist = pairUp(trial, { name: 'mnist', digit });
    if (boundOf(mnist) < -gateLimits.digitMargin) return lossOf(mnist);
    const strangers = pairUp(trial, { name: 'strangers', digit });
    if (isSuspicious(strangers, gateLimits.strangersDigitShare)) return lossOf(strangers);
    if (trial.anchor === undefined) continue;
    const walked = pairUp({ ...trial, champion: trial.anchor }, { name: 'mnist', digit });
    if (boundOf(walked) < -gateLimits.walkedDigitMargin) return sinceBase(lossOf(walked));
  }
  return undefined;
}

function strangersFell(trial: Comparison): string | undefined {
  const pairs = pairUp(trial, { name: 'strangers' });
  if (isLossOfStrangers(pairs)) return lossOf(pairs);
  if (trial.anchor === undefined) return undefined;
  const walked = pairUp({ ...trial, champion: trial.anchor }, { name: 'strangers' });
  return isLossOfStrangers(walked) ? sinceBase(lossOf(walked)) : undefined;
}

const isLossOfStrangers = (pairs: Pairs) =>
  pairs.count >= gateLimits.enough
    ? boundOf(pairs) < -gateLimits.strangersMargin
    : isSuspicious(pairs, gateLimits.fewShare);

function forgotten(trial: Comparison): string | undefined {
  const pairs = pairUp(trial, { name: 'corrections' });
  const isLoss = pairs.lost - pairs.gained > Math.max(1, gateLimits.forgottenShare * pairs.before);
  return isLoss ? lossOf(pairs) : undefined;
}

function canariesFired(trial: Comparison): string | undefined {
  const { champion, candidate, anchor } = trial;
  const [before, after] = [firedOf(champion), firedOf(candidate)];
  const fired = (was: number, whose: string) =>
    `Of scribbles and other canaries the candidate reads ${percent(after)} as a digit, the ${whose} ${percent(was)}.`;
  if (after - before > gateLimits.fired) return fired(before, 'champion');
  const pairs = pairUp(trial, { name: 'marked' });
  if (boundOf(pairs) < -gateLimits.markedMargin) return lossOf(pairs);
  if (anchor === undefined) return undefined;
  if (after - firedOf(anchor) > gateLimits.walkedFired) return fired(firedOf(anchor), 'base model');
  const walked = pairUp({ champion: anchor, candidate }, { name: 'marked' });
  return boundOf(walked) < -gateLimits.walkedMarkedMargin ? sinceBase(lossOf(walked)) : undefined;
}

const firedOf = ({ canaries }: Report) => canaries.filter(isFired).length / Math.max(1, canaries.length);

function calibrationFell({ champion, candidate }: Comparison): string | undefined {
  for (const [name, tolerance, least] of [
    ['mnist', gateLimits.eceMnist, 1],
    ['strangers', gateLimits.eceStrangers, gateLimits.enough],
  ] as const) {
    if (champion.readings[name].length < least) continue;
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

function nothingLearned(trial: Comparison): string | undefined {
  const { misread, learned } = learnedOf(trial);
  const strangers = pairUp(trial, { name: 'strangers' });
  if (learned > 0 && learned >= gateLimits.learned * misread) return undefined;
  if (strangers.gained - strangers.lost >= gateLimits.fewLost && boundOf(strangers) > 0) return undefined;
  const others = strangers.count > 0 ? `, and ${setNames.strangers} are read at ${figures(strangers)}` : '';
  return `Of ${misread} ${setNames.lessons} that the champion misreads the candidate reads ${learned} right${others}: there is no gain to show.`;
}

/** Of the lessons that are believed. */
export function learnedOf({ champion, candidate, trust }: Comparison): { misread: number; learned: number } {
  const believed = champion.readings.lessons.map((_, i) => trust.weights[i] > 0);
  const missed = champion.readings.lessons.map((reading, i) => believed[i] && !isRight(reading));
  const learned = candidate.readings.lessons.filter((reading, i) => missed[i] && isRight(reading));
  return { misread: missed.filter(Boolean).length, learned: learned.length };
}

function praise(trial: Comparison): string {
  const { misread, learned } = learnedOf(trial);
  const mnist = pairUp(trial, { name: 'mnist' });
  const strangers = pairUp(trial, { name: 'strangers' });
  const onStrangers = strangers.count > 0 ? `; ${setNames.strangers} ${figures(strangers)}` : '';
  return `${learned} of ${misread} misread ${setNames.lessons} learned; ${setNames.mnist} ${figures(mnist)}${onStrangers}.`;
}

function caveat({ level, strangers }: Evidence): string {
  if (level === 'none') return ' There are no drawings of held-out people to check on.';
  return level === 'few' ? ` Only ${strangers} drawings of held-out people to check on.` : '';
}

function evidenceOf({ readings }: Report): Evidence {
  const { length } = readings.strangers;
  const level = length === 0 ? 'none' : length < gateLimits.enough ? 'few' : 'enough';
  return { strangers: length, level };
}

const isSuspicious = ({ count, lost, gained }: Pairs, share: number) =>
  lost - gained >= gateLimits.fewLost && lost - gained > share * count;

const sinceBase = (loss: string) => `Since the base model, step by step: ${loss}`;

const lossOf = (pairs: Pairs) =>
  `${pairs.what}: ${figures(pairs)}, ${pairs.lost} lost and ${pairs.gained} gained of ${pairs.count}.`;
