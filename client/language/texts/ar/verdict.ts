import { formatsOf } from '../../formats.ts';
import type { VerdictTexts } from '../en/verdict.ts';

const { plural, number } = formatsOf<'zero' | 'one' | 'two' | 'few' | 'many'>('ar');

export const verdict = {
  phases: {
    queued: 'ينتظر دوره',
    finding: 'يبحث عن جهاز',
    measuring: 'يقيس ما يعرفه',
    training: 'يتدرّب',
    trainingStep: (step, steps) => `يتدرّب ${number(step)}/${number(steps)}`,
    judging: 'يؤدّي الامتحان',
    learningQueued: 'يتعلّم من الغرفة: ينتظر دوره…',
    learningMeasuring: 'يتعلّم من الغرفة: يقيس ما يعرفه…',
    learningStep: (step, steps) => `يتعلّم من الغرفة… ${number(step)}/${number(steps)}`,
    learningTraining: 'يتعلّم من الغرفة: يتدرّب…',
    learningJudging: 'يتعلّم من الغرفة: يؤدّي الامتحان…',
    learned: 'لقد تعلّم.',
    learnedVersion: version => `لقد تعلّم. من الآن يقرأ: ${version}.`,
    refused: 'ليس هذه المرة: يبقى كما كان.',
    failed: 'انقطع الدرس.',
    cancelled: 'أُوقف الدرس.',
    switched: version => `من الآن يقرأ: ${version}.`,
  },
  lesson: {
    title: 'الدرس',
    curve: 'ما قُرئ صحيحًا أثناء التدريب',
    room: 'يتعلّم من الغرفة',
    device: device => `يتعلّم على: ${device}`,
    aDevice: 'جهاز أحد الحاضرين',
    who: ({ drawings, people }) => `يتعلّم من الغرفة. الرسوم: ${number(drawings)}، الأشخاص: ${number(people)}`,
    whoOn: ({ drawings, people }, device) =>
      `يتعلّم على ${device}. الرسوم: ${number(drawings)}، الأشخاص: ${number(people)}`,
  },
  flip: (before, now) => `رسم من هذه الغرفة، قُرئ من قبل ${before}، والآن ${now}`,
  digits: {
    title: 'من الرسوم التي تعلّمها، ما قُرئ صحيحًا من قبل والآن:',
    spoken: (digit, { before, after, count }) =>
      `${digit}: من قبل ${number(before)} من ${number(count)}، والآن ${number(after)}`,
    change: (before, after, count) => `من ${number(before)} إلى ${number(after)} (من ${number(count)})`,
  },
  learned: (learned, misread) =>
    `كان يقرأ ${number(misread)} من الرسوم خطأ؛ صار يقرأ منها صحيحًا: ${number(learned)}.`,
  better: 'صار يقرأ أفضل من قبل.',
  setAside: answers =>
    plural(answers, {
      zero: `كل الإجابات تناسب رسومها.`,
      one: `إجابة واحدة لم تناسب رسمها فتُركت.`,
      two: `إجابتان لم تناسبا رسميهما فتُركتا.`,
      few: `${number(answers)} إجابات لم تناسب رسومها فتُركت.`,
      many: `${number(answers)} إجابة لم تناسب رسومها فتُركت.`,
      other: `${number(answers)} إجابة لم تناسب رسومها فتُركت.`,
    }),
  digitFell: digit =>
    `كان سيقرأ ${digit} أسوأ. ارسم عدة مرات رقم ${digit} عاديًا، وقل ما هو، ثم علّمه من جديد.`,
  refused: {
    not_finite: 'فشل الدرس. حاول مرة أخرى.',
    too_little_evidence: 'كان ما يُتعلَّم قليلًا جدًا. ارسم أكثر وقل ما هو.',
    labels_doubted: 'الإجابات تناقض ما تُظهره الرسوم بوضوح. راجعها وصحّحها.',
    mnist_fell: 'كان سيقرأ الأرقام اليومية أسوأ. علّمه أرقامًا أخرى أيضًا.',
    digit_fell: 'كان سيقرأ أحد الأرقام أسوأ. ارسم الأرقام العشرة كلها رسمًا عاديًا وعلّمه من جديد.',
    pens_fell: 'كان سيقرأ خطوط الآخرين أسوأ. علّمه رسوم أشخاص أكثر.',
    strangers_fell: 'كان سيقرأ أشخاصًا آخرين هنا أسوأ. دع أشخاصًا أكثر يرسمون ويجيبون.',
    corrections_forgotten: 'كان سينسى ما تعلّمه من قبل. علّمه القديم مع الجديد.',
    canaries_fired: 'كان سيظن الخربشات أرقامًا. أزل الإجابة عمّا ليس رقمًا.',
    calibration_fell: 'كان سيثق بنفسه أكثر مما يجب. أعطه رسومًا أكثر ليتعلّم.',
    too_slow: 'كان سيصبح بطيئًا جدًا.',
    nothing_learned: 'لم يفهم المقصود. ارسمه عدة مرات أخرى وقل ما هو.',
  },
} satisfies VerdictTexts;
