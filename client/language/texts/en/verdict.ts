import { formatsOf } from '../../formats.ts';

const { plural, number } = formatsOf<'one'>('en');

interface Taught {
  drawings: number;
  people: number;
}
interface Changed {
  before: number;
  after: number;
  count: number;
}

/** What a lesson brought, and by the gate's reason why it was refused. */
export const verdict = {
  phases: {
    queued: 'Waiting for its turn',
    finding: 'Finding a device',
    measuring: 'Measuring what it knows',
    training: 'Practising',
    trainingStep: (step: number, steps: number) => `Practising ${number(step)}/${number(steps)}`,
    judging: 'Taking the exam',
    learningQueued: 'Learning from the room: waiting for its turn …',
    learningMeasuring: 'Learning from the room: measuring what it knows …',
    learningStep: (step: number, steps: number) =>
      `Learning from the room … ${number(step)}/${number(steps)}`,
    learningTraining: 'Learning from the room: practising …',
    learningJudging: 'Learning from the room: taking the exam …',
    learned: 'It learned.',
    learnedVersion: (version: string) => `It learned. From now on ${version} answers.`,
    refused: 'Not this time: it stays as it was.',
    failed: 'The lesson broke off.',
    cancelled: 'The lesson was stopped.',
    switched: (version: string) => `From now on ${version} answers.`,
  },
  lesson: {
    title: 'The lesson',
    curve: 'read right while practising',
    room: 'Learning from the room',
    device: (device: string) => `Learning on ${device}`,
    aDevice: 'a visitor’s device',
    who: ({ drawings, people }: Taught) =>
      people === 1
        ? plural(drawings, {
            one: 'Learning from the room: 1 drawing by 1 person',
            other: `Learning from the room: ${number(drawings)} drawings by 1 person`,
          })
        : `Learning from the room: ${number(drawings)} drawings by ${number(people)} people`,
    whoOn: ({ drawings, people }: Taught, device: string) =>
      people === 1
        ? plural(drawings, {
            one: `Learning on ${device}: 1 drawing by 1 person`,
            other: `Learning on ${device}: ${number(drawings)} drawings by 1 person`,
          })
        : `Learning on ${device}: ${number(drawings)} drawings by ${number(people)} people`,
  },
  flip: (before: string, now: string) => `A drawing of this room, read as ${before} before, now as ${now}`,
  digits: {
    title: 'Of the drawings it was taught, read right before and now:',
    spoken: (digit: number, { before, after, count }: Changed) =>
      `${digit}: ${number(before)} of ${number(count)} before, ${number(after)} now`,
    change: (before: number, after: number, count: number) =>
      `${number(before)} → ${number(after)} of ${number(count)}`,
  },
  learned: (learned: number, misread: number) =>
    `Of ${number(misread)} drawings that it read wrong, it now reads ${number(learned)} right.`,
  better: 'It reads better than before.',
  digitFell: (digit: number) =>
    `It would read the ${digit} worse. Draw some ordinary ${digit}s, say what they are, and teach again.`,
  setAside: (answers: number) =>
    plural(answers, {
      one: '1 answer did not fit its drawing and was left out.',
      other: `${number(answers)} answers did not fit their drawings and were left out.`,
    }),
  refused: {
    not_finite: 'The lesson came out broken. Try again.',
    too_little_evidence: 'There was too little to learn from. Draw more and say what it is.',
    labels_doubted:
      'The answers contradict what the drawings surely show. Look through them and correct them.',
    mnist_fell: 'It would read everyday digits worse. Teach it more digits of other kinds, too.',
    digit_fell: 'It would read one of the digits worse. Draw ordinary ones of all ten and teach again.',
    pens_fell: 'It would read other people’s pens worse. Teach it drawings by more people.',
    strangers_fell: 'It would read other people here worse. Let more people draw and answer.',
    corrections_forgotten:
      'It would forget what it was taught before. Teach the old ones again along with the new.',
    canaries_fired: 'It would take scribbles for digits. Take the answer off what is no digit.',
    calibration_fell: 'It would be too sure of itself. Give it more drawings to learn from.',
    too_slow: 'It would become too slow.',
    nothing_learned: 'It did not get what was meant. Draw it a few more times and say what it is.',
  },
};

export type VerdictTexts = typeof verdict;
