import type { VerdictFacts } from '../../shared/training-protocol.ts';
import { changeOf, figures, pairUp, percent } from '../evaluation/paired-comparison.ts';
import { type Report, setNames } from '../evaluation/report.ts';
import { type Comparison, learnedOf, paidOf, type SetAsideLabels } from './comparison.ts';
import { checksOf, hasTrustedLabel, labelsDoubted, noTrustedLabel } from './gate-checks.ts';
import { gateLimits } from './gate-limits.ts';
import { nextSteps, type Reason } from './reasons.ts';

/** `strangers`: count of held-out drawings. Under `gateLimits.enough` the level is few, and the message has it. */
export type Evidence = { strangers: number; level: 'none' | 'few' | 'enough' };

/** `facts`: the numbers of the message, for a page's own sentence. */
export type Verdict = { message: string; evidence: Evidence; facts?: VerdictFacts } & (
  | { kind: 'promoted' }
  | { kind: 'refused'; reason: Reason }
);

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
