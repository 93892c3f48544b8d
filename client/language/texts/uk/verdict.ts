import { formatsOf } from '../../formats.ts';
import type { VerdictTexts } from '../en/verdict.ts';

const { plural, number } = formatsOf<'one' | 'few' | 'many'>('uk');

export const verdict = {
  phases: {
    queued: 'Чекає черги',
    finding: 'Шукає пристрій',
    measuring: 'Перевіряє, що знає',
    training: 'Тренується',
    trainingStep: (step, steps) => `Тренується ${number(step)}/${number(steps)}`,
    judging: 'Складає іспит',
    learningQueued: 'Вчиться в кімнати: чекає черги…',
    learningMeasuring: 'Вчиться в кімнати: перевіряє, що знає…',
    learningStep: (step, steps) => `Вчиться в кімнати… ${number(step)}/${number(steps)}`,
    learningTraining: 'Вчиться в кімнати: тренується…',
    learningJudging: 'Вчиться в кімнати: складає іспит…',
    learned: 'Воно навчилося.',
    learnedVersion: version => `Воно навчилося. Відтепер читає ${version}.`,
    refused: 'Цього разу ні: усе лишається, як було.',
    failed: 'Урок перервався.',
    cancelled: 'Урок зупинено.',
    switched: version => `Відтепер читає ${version}.`,
  },
  lesson: {
    title: 'Урок',
    curve: 'правильно прочитано на тренуванні',
    room: 'Вчиться в кімнати',
    device: device => `Вчиться тут: ${device}`,
    aDevice: 'пристрій когось із присутніх',
    who: ({ drawings, people }) => `Вчиться в кімнати: малюнків ${number(drawings)}, людей ${number(people)}`,
    whoOn: ({ drawings, people }, device) =>
      `Вчиться тут: ${device}; малюнків ${number(drawings)}, людей ${number(people)}`,
  },
  flip: (before, now) => `Малюнок із цієї кімнати: раніше прочитано як ${before}, тепер як ${now}`,
  digits: {
    title: 'З вивчених малюнків правильно прочитано раніше й тепер:',
    spoken: (digit, { before, after, count }) =>
      `${digit}: раніше ${number(before)} з ${number(count)}, тепер ${number(after)}`,
    change: (before, after, count) => `${number(before)} → ${number(after)} з ${number(count)}`,
  },
  learned: (learned, misread) =>
    `Неправильно прочитаних малюнків було ${number(misread)}; тепер з них правильно прочитано ${number(learned)}.`,
  better: 'Воно читає краще, ніж раніше.',
  setAside: answers =>
    plural(answers, {
      one: `${number(answers)} відповідь не пасувала до малюнка, її не враховано.`,
      few: `${number(answers)} відповіді не пасували до малюнків, їх не враховано.`,
      many: `${number(answers)} відповідей не пасували до малюнків, їх не враховано.`,
      other: `${number(answers)} відповіді не пасували до малюнків, їх не враховано.`,
    }),
  digitFell: digit =>
    `Воно гірше читало б цифру ${digit}. Намалюй кілька звичайних, скажи, що це, і навчи ще раз.`,
  refused: {
    not_finite: 'Урок не вийшов. Спробуй ще раз.',
    too_little_evidence: 'Було замало для навчання. Намалюй ще й скажи, що це.',
    labels_doubted: 'Відповіді суперечать тому, що малюнки ясно показують. Переглянь їх і виправ.',
    mnist_fell: 'Воно гірше читало б звичайні цифри. Навчи його й інших цифр.',
    digit_fell: 'Воно гірше читало б одну з цифр. Намалюй усі десять звичайно й навчи ще раз.',
    pens_fell: 'Воно гірше читало б почерк інших. Навчи його малюнків більшої кількості людей.',
    strangers_fell: 'Воно гірше читало б інших людей тут. Хай малює й відповідає більше людей.',
    corrections_forgotten: 'Воно забуло б те, чого вчилося раніше. Навчи його старого разом із новим.',
    canaries_fired: 'Воно вважало б карлючки цифрами. Забери відповідь із того, що не є цифрою.',
    calibration_fell: 'Воно було б надто самовпевнене. Дай йому більше малюнків для навчання.',
    too_slow: 'Воно стало б надто повільним.',
    nothing_learned: 'Воно не зрозуміло, чого від нього хочуть. Намалюй це ще кілька разів і скажи, що це.',
  },
} satisfies VerdictTexts;
