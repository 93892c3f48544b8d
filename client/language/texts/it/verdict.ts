import { formatsOf } from '../../formats.ts';
import type { VerdictTexts } from '../en/verdict.ts';

const { plural, number } = formatsOf<'one' | 'many'>('it');

export const verdict = {
  phases: {
    queued: 'Aspetta il suo turno',
    finding: 'Cerca un dispositivo',
    measuring: 'Misura che cosa sa',
    training: 'Si esercita',
    trainingStep: (step, steps) => `Si esercita ${number(step)}/${number(steps)}`,
    judging: 'Fa l’esame',
    learningQueued: 'Impara dalla stanza: aspetta il suo turno…',
    learningMeasuring: 'Impara dalla stanza: misura che cosa sa…',
    learningStep: (step, steps) => `Impara dalla stanza… ${number(step)}/${number(steps)}`,
    learningTraining: 'Impara dalla stanza: si esercita…',
    learningJudging: 'Impara dalla stanza: fa l’esame…',
    learned: 'Ha imparato.',
    learnedVersion: version => `Ha imparato. Da ora legge ${version}.`,
    refused: 'Questa volta no: resta com’era.',
    failed: 'La lezione si è interrotta.',
    cancelled: 'La lezione è stata fermata.',
    switched: version => `Da ora legge ${version}.`,
  },
  lesson: {
    title: 'La lezione',
    curve: 'letto giusto durante l’esercizio',
    room: 'Impara dalla stanza',
    device: device => `Impara su: ${device}`,
    aDevice: 'il dispositivo di qualcuno qui',
    who: ({ drawings, people }) =>
      people === 1
        ? plural(drawings, {
            one: 'Impara dalla stanza: 1 disegno di 1 persona',
            many: `Impara dalla stanza: ${number(drawings)} di disegni di 1 persona`,
            other: `Impara dalla stanza: ${number(drawings)} disegni di 1 persona`,
          })
        : `Impara dalla stanza: ${number(drawings)} disegni di ${number(people)} persone`,
    whoOn: ({ drawings, people }, device) =>
      people === 1
        ? plural(drawings, {
            one: `Impara su ${device}: 1 disegno di 1 persona`,
            many: `Impara su ${device}: ${number(drawings)} di disegni di 1 persona`,
            other: `Impara su ${device}: ${number(drawings)} disegni di 1 persona`,
          })
        : `Impara su ${device}: ${number(drawings)} disegni di ${number(people)} persone`,
  },
  flip: (before, now) => `Un disegno di questa stanza, prima letto come ${before}, ora come ${now}`,
  digits: {
    title: 'Dei disegni che ha imparato, letti giusti prima e ora:',
    spoken: (digit, { before, after, count }) =>
      `${digit}: ${number(before)} su ${number(count)} prima, ${number(after)} ora`,
    change: (before, after, count) => `${number(before)} → ${number(after)} su ${number(count)}`,
  },
  learned: (learned, misread) =>
    `Di ${number(misread)} disegni che leggeva sbagliati, ora ne legge giusti ${number(learned)}.`,
  better: 'Legge meglio di prima.',
  setAside: answers =>
    plural(answers, {
      one: '1 risposta non andava con il suo disegno ed è stata lasciata fuori.',
      many: `${number(answers)} di risposte non andavano con i loro disegni e sono state lasciate fuori.`,
      other: `${number(answers)} risposte non andavano con i loro disegni e sono state lasciate fuori.`,
    }),
  digitFell: digit =>
    `Leggerebbe peggio il ${digit}. Disegnane alcuni normali, di’ che cosa sono e ripeti la lezione.`,
  refused: {
    not_finite: 'La lezione è venuta male. Riprova.',
    too_little_evidence: 'C’era troppo poco da imparare. Disegna ancora e di’ che cos’è.',
    labels_doubted:
      'Le risposte contraddicono ciò che i disegni mostrano chiaramente. Riguardale e correggile.',
    mnist_fell: 'Leggerebbe peggio le cifre di tutti i giorni. Insegnagli anche altre cifre.',
    digit_fell:
      'Leggerebbe peggio una delle cifre. Disegnale tutte e dieci in modo normale e ripeti la lezione.',
    pens_fell: 'Leggerebbe peggio la scrittura degli altri. Insegnagli disegni di più persone.',
    strangers_fell: 'Leggerebbe peggio altre persone qui. Fai disegnare e rispondere più gente.',
    corrections_forgotten:
      'Dimenticherebbe ciò che ha imparato prima. Insegnagli di nuovo il vecchio insieme al nuovo.',
    canaries_fired: 'Prenderebbe scarabocchi per cifre. Togli la risposta a ciò che non è una cifra.',
    calibration_fell: 'Sarebbe troppo sicuro di sé. Dagli più disegni da cui imparare.',
    too_slow: 'Diventerebbe troppo lento.',
    nothing_learned: 'Non ha capito che cosa si voleva. Disegnalo ancora qualche volta e di’ che cos’è.',
  },
} satisfies VerdictTexts;
