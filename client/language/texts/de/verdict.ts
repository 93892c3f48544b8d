import { formatsOf } from '../../formats.ts';
import type { VerdictTexts } from '../en/verdict.ts';

const { plural, number } = formatsOf<'one'>('de');

export const verdict = {
  phases: {
    queued: 'Wartet, bis es dran ist',
    finding: 'Sucht ein Gerät',
    measuring: 'Misst, was es kann',
    training: 'Übt',
    trainingStep: (step, steps) => `Übt ${number(step)}/${number(steps)}`,
    judging: 'Macht die Prüfung',
    learningQueued: 'Lernt vom Raum: wartet, bis es dran ist …',
    learningMeasuring: 'Lernt vom Raum: misst, was es kann …',
    learningStep: (step, steps) => `Lernt vom Raum … ${number(step)}/${number(steps)}`,
    learningTraining: 'Lernt vom Raum: übt …',
    learningJudging: 'Lernt vom Raum: macht die Prüfung …',
    learned: 'Es hat gelernt.',
    learnedVersion: version => `Es hat gelernt. Ab jetzt liest ${version}.`,
    refused: 'Diesmal nicht: Es bleibt, wie es war.',
    failed: 'Die Lektion ist abgebrochen.',
    cancelled: 'Die Lektion wurde gestoppt.',
    switched: version => `Ab jetzt liest ${version}.`,
  },
  lesson: {
    title: 'Die Lektion',
    curve: 'beim Üben richtig gelesen',
    room: 'Lernt vom Raum',
    device: device => `Lernt auf: ${device}`,
    aDevice: 'Gerät von jemandem hier',
    who: ({ drawings, people }) =>
      people === 1
        ? plural(drawings, {
            one: 'Lernt vom Raum: 1 Zeichnung von 1 Person',
            other: `Lernt vom Raum: ${number(drawings)} Zeichnungen von 1 Person`,
          })
        : `Lernt vom Raum: ${number(drawings)} Zeichnungen von ${number(people)} Personen`,
    whoOn: ({ drawings, people }, device) =>
      people === 1
        ? plural(drawings, {
            one: `Lernt auf: ${device}; 1 Zeichnung von 1 Person`,
            other: `Lernt auf: ${device}; ${number(drawings)} Zeichnungen von 1 Person`,
          })
        : `Lernt auf: ${device}; ${number(drawings)} Zeichnungen von ${number(people)} Personen`,
  },
  flip: (before, now) => `Eine Zeichnung aus diesem Raum, vorher als ${before} gelesen, jetzt als ${now}`,
  digits: {
    title: 'Von den Zeichnungen, die es lernte, vorher und jetzt richtig gelesen:',
    spoken: (digit, { before, after, count }) =>
      `${digit}: vorher ${number(before)} von ${number(count)}, jetzt ${number(after)}`,
    change: (before, after, count) => `${number(before)} → ${number(after)} von ${number(count)}`,
  },
  learned: (learned, misread) =>
    `Von ${number(misread)} Zeichnungen, die es falsch las, liest es jetzt ${number(learned)} richtig.`,
  better: 'Es liest besser als vorher.',
  setAside: answers =>
    plural(answers, {
      one: '1 Antwort passte nicht zu ihrer Zeichnung und blieb weg.',
      other: `${number(answers)} Antworten passten nicht zu ihren Zeichnungen und blieben weg.`,
    }),
  digitFell: digit =>
    `Die ${digit} würde es schlechter lesen. Zeichne ein paar gewöhnliche, sag, was sie sind, und versuche es noch einmal.`,
  refused: {
    not_finite: 'Die Lektion ist misslungen. Versuche es noch einmal.',
    too_little_evidence: 'Es gab zu wenig zu lernen. Zeichne mehr und sag, was es ist.',
    labels_doubted:
      'Die Antworten widersprechen dem, was die Zeichnungen sicher zeigen. Sieh sie durch und verbessere sie.',
    mnist_fell: 'Alltägliche Ziffern würde es schlechter lesen. Bring ihm auch andere Ziffern bei.',
    digit_fell:
      'Eine der Ziffern würde es schlechter lesen. Zeichne gewöhnliche von allen zehn und versuche es noch einmal.',
    pens_fell: 'Andere Leute würde es schlechter lesen. Bring ihm Zeichnungen von mehr Leuten bei.',
    strangers_fell: 'Andere Leute hier würde es schlechter lesen. Lass mehr Leute zeichnen und antworten.',
    corrections_forgotten:
      'Es würde vergessen, was es früher gelernt hat. Bring ihm das Alte zusammen mit dem Neuen bei.',
    canaries_fired:
      'Es würde Kritzeleien für Ziffern halten. Nimm die Antwort von allem, was keine Ziffer ist.',
    calibration_fell: 'Es wäre sich zu sicher. Gib ihm mehr Zeichnungen zum Lernen.',
    too_slow: 'Es würde zu langsam.',
    nothing_learned:
      'Es hat nicht verstanden, was gemeint war. Zeichne es noch ein paarmal und sag, was es ist.',
  },
} satisfies VerdictTexts;
