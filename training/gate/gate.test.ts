import { describe, expect, test } from 'vitest';
import type { LabelTrust } from '../evaluation/label-trust.ts';
import type { Reading } from '../evaluation/metrics.ts';
import { type Report, summarise } from '../evaluation/report.ts';
import type { Comparison } from './comparison.ts';
import { decide, decideOnLabels } from './gate.ts';
import { nextSteps, type Reason, reasons } from './reasons.ts';

const certain = (digit: number, confidence = 0.995) =>
  Array.from({ length: 10 }, (_, i) => (i === digit ? confidence : (1 - confidence) / 9));

type Mistakes = { wrong?: readonly number[]; confidence?: number };

/** Readings of `count` drawings, the digits in turn; all right but those at the indices in `wrong`. */
function readings(count: number, { wrong = [], confidence }: Mistakes = {}): Reading[] {
  return Array.from({ length: count }, (_, i) => ({
    label: i % 10,
    probabilities: certain(wrong.includes(i) ? (i + 1) % 10 : i % 10, confidence),
  }));
}

const upTo = (count: number, { from = 0, step = 1 } = {}) =>
  Array.from({ length: count }, (_, i) => from + i * step);

function report(
  parts: Partial<Report['readings']> & { fired?: number; micros?: number; broken?: boolean } = {},
): Report {
  const { fired = 40, micros = 100, broken = false, ...sets } = parts;
  return {
    readings: {
      mnist: readings(5000, { wrong: upTo(25, { step: 7 }) }),
      strangers: readings(400, { wrong: upTo(20) }),
      corrections: readings(40),
      lessons: readings(20, { wrong: upTo(10) }),
      marked: readings(500),
      pens: readings(1000),
      beginnings: readings(900, { wrong: upTo(200) }),
      ...sets,
    },
    oodProbes: upTo(200).map(i => (broken ? [NaN] : certain(0, i < fired ? 0.9 : 0.5))),
    microsPerImage: micros,
  };
}

const trust = (weights = upTo(20).map(() => 1), doubted = 0): LabelTrust => ({
  weights: Float32Array.from(weights),
  doubted,
  contradicted: doubted,
});

/** A report that learns all samples, improves on the held-out set, and keeps everything else. */
const better = (parts: Parameters<typeof report>[0] = {}) =>
  report({ strangers: readings(400, { wrong: upTo(6) }), lessons: readings(20), ...parts });

const decideOn = (candidate: Report, parts: Partial<Comparison> = {}) =>
  decide({ champion: report(), candidate, trust: trust(), ...parts });

test('[G2] a candidate that learned its labels and lost nothing is promoted, and both figures are named', () => {
  const verdict = decideOn(better());
  expect(verdict.kind).toBe('promoted');
  expect(verdict.message).toBe(
    '10 of 10 lessons learned; MNIST hold-out 99.50 % → 99.50 %; held-out people 95.00 % → 98.50 %.',
  );
  expect(verdict.evidence).toEqual({ strangers: 400, level: 'enough' });
});

const mnist = (wrong: readonly number[]) => readings(5000, { wrong });
const championMistakes = upTo(25, { step: 7 });

const refused: [Reason, string, Report, Partial<Comparison>?][] = [
  ['not_finite', 'no number', better({ broken: true })],
  [
    'too_little_evidence',
    '999 digits',
    better({ mnist: readings(999) }),
    { champion: report({ mnist: readings(999) }) },
  ],
  ['too_little_evidence', 'no label to learn from', better(), { trust: trust(upTo(20).map(() => 0)) }],
  [
    'labels_doubted',
    '15 of the 20 lessons',
    better(),
    {
      trust: trust(
        upTo(20).map(() => 0),
        15,
      ),
    },
  ],
  [
    'mnist_fell',
    'MNIST hold-out: 99.50 % → 99.28 %, 11 lost and 0 gained of 5000',
    better({ mnist: mnist([...championMistakes, ...upTo(11, { from: 1000 })]) }),
  ],
  // A drop of 0.14 points may be chance, but not with this many changed predictions.
  [
    'mnist_fell',
    '27 lost and 20 gained',
    better({ mnist: mnist([...championMistakes.slice(20), ...upTo(27, { from: 1000 })]) }),
  ],
  [
    'mnist_fell',
    'Since the base model',
    better({ mnist: mnist([...championMistakes, ...upTo(8, { from: 1000 })]) }),
    { anchor: report({ mnist: mnist([]) }) },
  ],
  // Each step is within its bound; the sum is not.
  [
    'digit_fell',
    'Since the base model, step by step: MNIST hold-out, the 7s: 100.00 % → 97.60 %, 12 lost',
    better({ mnist: mnist(upTo(12, { from: 1007, step: 10 })) }),
    {
      champion: report({ mnist: mnist(upTo(8, { from: 1007, step: 10 })) }),
      anchor: report({ mnist: mnist([]) }),
    },
  ],
  [
    'strangers_fell',
    'Since the base model, step by step: held-out people',
    better({ strangers: readings(400, { wrong: upTo(14) }) }),
    {
      champion: report({ strangers: readings(400, { wrong: upTo(12) }) }),
      anchor: report({ strangers: readings(400) }),
    },
  ],
  [
    'canaries_fired',
    'reads 38.00 % as a digit, the base model 20.00 %',
    better({ fired: 76 }),
    { champion: report({ fired: 60 }), anchor: report() },
  ],
  [
    'canaries_fired',
    'Since the base model, step by step: digits with a mark',
    better({ marked: readings(500, { wrong: upTo(14) }) }),
    { champion: report({ marked: readings(500, { wrong: upTo(9) }) }), anchor: report() },
  ],
  // Eight of 5,000 prove nothing, eight of one digit do: a subtly flipped class.
  [
    'digit_fell',
    'MNIST hold-out, the 7s: 99.40 % → 97.80 %, 8 lost and 0 gained of 500',
    better({ mnist: mnist([...championMistakes, ...upTo(8, { from: 1007, step: 10 })]) }),
  ],
  [
    'digit_fell',
    'held-out people, the 4s',
    better({ strangers: readings(400, { wrong: upTo(6, { from: 104, step: 10 }) }) }),
  ],
  [
    'strangers_fell',
    'held-out people: 95.00 % → 93.50 %, 26 lost and 20 gained of 400',
    better({ strangers: readings(400, { wrong: upTo(26, { from: 100 }) }) }),
  ],
  [
    'strangers_fell',
    'Only 30 drawings of held-out people',
    better({ strangers: readings(30, { wrong: [1, 2, 3] }) }),
    { champion: report({ strangers: readings(30) }) },
  ],
  // Five of one digit's hundred: no gain of held-out people outweighs it.
  [
    'pens_fell',
    'pen drawings made by rule, the 4s: 100.00 % → 95.00 %, 5 lost and 0 gained of 100',
    better({ strangers: readings(400), pens: readings(1000, { wrong: upTo(5, { from: 4, step: 10 }) }) }),
  ],
  [
    'pens_fell',
    'pen drawings made by rule: 100.00 % → 98.90 %, 11 lost',
    better({ pens: readings(1000, { wrong: upTo(11) }) }),
  ],
  [
    'pens_fell',
    'Since the base model, step by step: pen drawings made by rule, the 4s',
    better({ pens: readings(1000, { wrong: upTo(4, { from: 4, step: 10 }) }) }),
    {
      champion: report({ pens: readings(1000, { wrong: upTo(2, { from: 4, step: 10 }) }) }),
      anchor: report(),
    },
  ],
  [
    'pens_fell',
    'half-drawn digits made by rule: 77.78 % → 75.00 %, 25 lost and 0 gained of 900',
    better({ beginnings: readings(900, { wrong: upTo(225) }) }),
  ],
  [
    'pens_fell',
    'Since the base model, step by step: half-drawn digits made by rule',
    better({ beginnings: readings(900, { wrong: upTo(230) }) }),
    { champion: report({ beginnings: readings(900, { wrong: upTo(220) }) }), anchor: report() },
  ],
  ['corrections_forgotten', '3 lost', better({ corrections: readings(40, { wrong: [1, 2, 3] }) })],
  ['canaries_fired', '35.00 % as a digit, the champion 20.00 %', better({ fired: 70 })],
  ['canaries_fired', 'mark in a corner', better({ marked: readings(500, { wrong: upTo(20) }) })],
  [
    'calibration_fell',
    'MNIST hold-out confidence',
    better({ mnist: readings(5000, { wrong: championMistakes, confidence: 0.97 }) }),
  ],
  ['nothing_learned', 'Of 10 lessons', report()],
  ['nothing_learned', 'the candidate learned 4', report({ lessons: readings(20, { wrong: upTo(6) }) })],
  // The candidate learned only samples with trust 0.
  [
    'nothing_learned',
    'already reads all lessons right and surely',
    report({ lessons: readings(20) }),
    { trust: trust(upTo(20).map(i => (i < 10 ? 0 : 1))) },
  ],
];

test.each(refused)('[G3] refused for %s: %s', (reason, part, candidate, parts) => {
  expect(decideOn(candidate, parts)).toMatchObject({ kind: 'refused', reason });
  expect(decideOn(candidate, parts).message).toContain(part);
});

test.each(refused)('[G13] a refusal for %s (%s) ends with what to do next', (reason, _, candidate, parts) => {
  expect(decideOn(candidate, parts).message.endsWith(` ${nextSteps.house[reason]}`)).toBe(true);
});

test('[G13] what to do next is one sentence, and so it is for labels that were refused before training', () => {
  for (const steps of Object.values(nextSteps))
    for (const step of Object.values(steps)) expect(step).toMatch(/^[A-Z][^.]+\.$/);
  const none = trust(upTo(20).map(() => 0));
  for (const gate of ['house', 'room'] as const)
    expect(decideOnLabels({ champion: report(), trust: none, gate })?.message).toContain(
      nextSteps[gate].too_little_evidence,
    );
});

test('[G3] every reason is in the table', () => {
  expect(new Set(refused.map(([reason]) => reason))).toEqual(new Set(reasons));
});

const promoted: [string, Report, Partial<Comparison>?][] = [
  [
    'five MNIST digits lost and none gained',
    better({ mnist: mnist([...championMistakes, ...upTo(5, { from: 1000 })]) }),
  ],
  [
    'fifteen lost and fifteen gained',
    better({ mnist: mnist([...championMistakes.slice(15), ...upTo(15, { from: 1000 })]) }),
  ],
  [
    'learned samples without a held-out set',
    better({ strangers: [] }),
    { champion: report({ strangers: [] }) },
  ],
  ['a gain on the held-out set alone', better({ lessons: readings(20, { wrong: upTo(10) }) })],
  [
    'two of thirty held-out drawings lost',
    better({ strangers: readings(30, { wrong: [1, 2] }) }),
    { champion: report({ strangers: readings(30) }) },
  ],
  ['one earlier correction forgotten', better({ corrections: readings(40, { wrong: [3] }) })],
];

test.each(promoted)('[G2] promoted: %s', (_, candidate, parts) => {
  expect(decideOn(candidate, parts)).toMatchObject({ kind: 'promoted' });
});

test.each(['house', 'room'] as const)(
  '[G12] a %s’s gate refuses nothing because the machine was busy',
  gate => {
    expect(decideOn(better({ micros: 90_000 }), { gate })).toMatchObject({ kind: 'promoted' });
  },
);

test('[G2] the verdict names the number of held-out drawings', () => {
  const without = decideOn(better({ strangers: [] }), { champion: report({ strangers: [] }) });
  expect(without.evidence.level).toBe('none');
  expect(without.message).toContain('There are no drawings of held-out people');
});

test('[G4] doubted labels are refused before any training', () => {
  const none = upTo(20).map(() => 0);
  expect(decideOnLabels({ champion: report(), trust: trust() })).toBeUndefined();
  expect(decideOnLabels({ champion: report(), trust: trust(undefined, 10) })).toBeUndefined();
  expect(decideOnLabels({ champion: report(), trust: trust(none, 20) })).toMatchObject({
    reason: 'labels_doubted',
  });
  expect(decideOnLabels({ champion: report(), trust: trust(none) })).toMatchObject({
    reason: 'too_little_evidence',
  });
});

const ofPeople = (count: number, people: number) => upTo(count).map(i => `person ${i % people}`);

test('[G10] in the house one held-out person forbids nothing, two may', () => {
  // Twelve copies of one drawing in the champion's own reading, by one session.
  const candidate = better({ strangers: readings(100, { wrong: upTo(12, { from: 8 }) }) });
  const champion = report({ strangers: readings(100) });
  const byOne = upTo(100).map(i => (i >= 8 && i < 20 ? 'one' : `person ${i % 9}`));
  expect(decideOn(candidate, { champion, heldOutAuthors: byOne }).kind).toBe('promoted');
  expect(decideOn(candidate, { champion, heldOutAuthors: ofPeople(100, 9) })).toMatchObject({
    reason: 'strangers_fell',
  });
});

const room = (candidate: Report, parts: Partial<Comparison> = {}) =>
  decideOn(candidate, { gate: 'room', ...parts });

describe('the gate of a room', () => {
  // 40 of 5,000 lost, all of them 7s; scribbles fire, marks turn and confidence falls.
  const costly = () =>
    better({
      mnist: readings(5000, {
        wrong: [...championMistakes, ...upTo(40, { from: 1007, step: 10 })],
        confidence: 0.9,
      }),
      marked: readings(500, { wrong: upTo(60) }),
      fired: 160,
    });

  test('[G11] promotes what the house refuses, and the message names the price', () => {
    expect(decideOn(costly()).kind).toBe('refused');
    const verdict = room(costly());
    expect(verdict.kind).toBe('promoted');
    expect(verdict.message).toContain('Since the base model the room pays 0.80 % of MNIST.');
    expect(room(better()).message).toContain('The room pays nothing on MNIST.');
  });

  test('[G11] caps the price since the base model; a host pays more, up to a limit', () => {
    const wrong = [...championMistakes, ...upTo(40, { from: 1007, step: 10 })];
    const champion = report({ mnist: mnist(wrong) });
    const candidate = better({ mnist: mnist([...wrong, ...upTo(40, { from: 2003, step: 10 })]) });
    const anchor = report();
    expect(room(candidate, { champion }).kind).toBe('promoted');
    const refusal = room(candidate, { champion, anchor });
    expect(refusal).toMatchObject({ kind: 'refused', reason: 'mnist_fell' });
    expect(refusal.message).toContain(
      '80 lost and 0 gained of 5000. The room may pay 1.00 %, its host more, up to 10.00 %',
    );
    expect(room(candidate, { champion, anchor, price: 0.02 }).kind).toBe('promoted');
    const ruin = better({ mnist: mnist(upTo(1000)) });
    expect(room(ruin, { anchor, price: 1 })).toMatchObject({ reason: 'mnist_fell' });
  });

  test.each<[Reason, Report]>([
    ['strangers_fell', better({ strangers: readings(400, { wrong: upTo(60) }) })],
    ['corrections_forgotten', better({ corrections: readings(40, { wrong: [1, 2, 3] }) })],
    ['nothing_learned', report()],
    ['not_finite', better({ broken: true })],
  ])('[G11] refuses for %s as the house does', (reason, candidate) => {
    expect(room(candidate)).toMatchObject({ kind: 'refused', reason });
  });
});

const setAside = upTo(6).map(index => ({
  index,
  label: 8,
  champion: { digit: 3, probability: 0.99 },
  plain: { digit: 3, probability: 0.98 },
  author: index < 5 ? 'one' : 'other',
}));

test('[G7] every verdict counts the labels set aside, and those of one person', () => {
  const note = ' 6 labels contradict what the champion surely reads, 5 from one person: they are set aside.';
  expect(decideOn(better(), { setAside }).message).toContain(note);
  expect(decideOn(report(), { setAside }).message).toContain(note);
  const none = trust(upTo(20).map(() => 0));
  const refusal = decideOnLabels({ champion: report(), trust: none, setAside });
  expect(refusal).toMatchObject({ reason: 'labels_doubted' });
  expect(refusal?.message).toContain(note);
});

test('[G1] reports over different sets are an error, not a verdict', () => {
  expect(() => decideOn(better({ mnist: readings(4000) }))).toThrow(/do not pair up/);
});

test('a summary has figures and a confusion matrix of every set, in under 6,000 characters', () => {
  const summary = summarise(report());
  expect(summary.sets.mnist).toMatchObject({ count: 5000, accuracy: 0.995 });
  expect(summary.sets.lessons.confusion[3]?.[4]).toBe(1);
  expect(summary.canariesFired).toBe(0.2);
  expect(JSON.stringify(summary).length).toBeLessThan(6000);
});
