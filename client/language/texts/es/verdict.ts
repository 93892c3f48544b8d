import { formatsOf } from '../../formats.ts';
import type { VerdictTexts } from '../en/verdict.ts';

const { plural, number } = formatsOf<'one' | 'many'>('es');

export const verdict = {
  phases: {
    queued: 'Espera su turno',
    finding: 'Busca un dispositivo',
    measuring: 'Mide lo que sabe',
    training: 'Practica',
    trainingStep: (step, steps) => `Practica ${number(step)}/${number(steps)}`,
    judging: 'Hace el examen',
    learningQueued: 'Aprende de la sala: espera su turno…',
    learningMeasuring: 'Aprende de la sala: mide lo que sabe…',
    learningStep: (step, steps) => `Aprende de la sala… ${number(step)}/${number(steps)}`,
    learningTraining: 'Aprende de la sala: practica…',
    learningJudging: 'Aprende de la sala: hace el examen…',
    learned: 'Ha aprendido.',
    learnedVersion: version => `Ha aprendido. Desde ahora lee ${version}.`,
    refused: 'Esta vez no: se queda como estaba.',
    failed: 'La lección se interrumpió.',
    cancelled: 'La lección se detuvo.',
    switched: version => `Desde ahora lee ${version}.`,
  },
  lesson: {
    title: 'La lección',
    curve: 'leído bien al practicar',
    room: 'Aprende de la sala',
    device: device => `Aprende en: ${device}`,
    aDevice: 'el dispositivo de alguien aquí',
    who: ({ drawings, people }) =>
      people === 1
        ? plural(drawings, {
            one: 'Aprende de la sala: 1 dibujo de 1 persona',
            many: `Aprende de la sala: ${number(drawings)} de dibujos de 1 persona`,
            other: `Aprende de la sala: ${number(drawings)} dibujos de 1 persona`,
          })
        : `Aprende de la sala: ${number(drawings)} dibujos de ${number(people)} personas`,
    whoOn: ({ drawings, people }, device) =>
      people === 1
        ? plural(drawings, {
            one: `Aprende en ${device}: 1 dibujo de 1 persona`,
            many: `Aprende en ${device}: ${number(drawings)} de dibujos de 1 persona`,
            other: `Aprende en ${device}: ${number(drawings)} dibujos de 1 persona`,
          })
        : `Aprende en ${device}: ${number(drawings)} dibujos de ${number(people)} personas`,
  },
  flip: (before, now) => `Un dibujo de esta sala, antes leído como ${before}, ahora como ${now}`,
  digits: {
    title: 'De los dibujos que aprendió, leídos bien antes y ahora:',
    spoken: (digit, { before, after, count }) =>
      `${digit}: ${number(before)} de ${number(count)} antes, ${number(after)} ahora`,
    change: (before, after, count) => `${number(before)} → ${number(after)} de ${number(count)}`,
  },
  learned: (learned, misread) =>
    `De ${number(misread)} dibujos que leía mal, ahora lee bien ${number(learned)}.`,
  better: 'Lee mejor que antes.',
  setAside: answers =>
    plural(answers, {
      one: '1 respuesta no encajaba con su dibujo y se dejó fuera.',
      many: `${number(answers)} de respuestas no encajaban con sus dibujos y se dejaron fuera.`,
      other: `${number(answers)} respuestas no encajaban con sus dibujos y se dejaron fuera.`,
    }),
  digitFell: digit => `Leería peor el ${digit}. Dibuja algunos normales, di qué son y repite la lección.`,
  refused: {
    not_finite: 'La lección salió mal. Inténtalo otra vez.',
    too_little_evidence: 'Había muy poco que aprender. Dibuja más y di qué es.',
    labels_doubted:
      'Las respuestas contradicen lo que los dibujos muestran con claridad. Repásalas y corrígelas.',
    mnist_fell: 'Leería peor las cifras de todos los días. Enséñale también otras cifras.',
    digit_fell: 'Leería peor una de las cifras. Dibuja las diez de forma normal y repite la lección.',
    pens_fell: 'Leería peor la letra de otras personas. Enséñale dibujos de más gente.',
    strangers_fell: 'Leería peor a otras personas de aquí. Que más gente dibuje y responda.',
    corrections_forgotten: 'Olvidaría lo que aprendió antes. Enséñale otra vez lo viejo junto con lo nuevo.',
    canaries_fired: 'Tomaría garabatos por cifras. Quita la respuesta de lo que no es una cifra.',
    calibration_fell: 'Estaría demasiado seguro de sí. Dale más dibujos para aprender.',
    too_slow: 'Se volvería demasiado lento.',
    nothing_learned: 'No entendió lo que se quería. Dibújalo unas veces más y di qué es.',
  },
} satisfies VerdictTexts;
