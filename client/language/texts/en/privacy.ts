import { formatsOf } from '../../formats.ts';

const { plural, number } = formatsOf<'one'>('en');

export const privacy = {
  title: 'What Inkling keeps of you',
  own: {
    title: 'Your drawings',
    unknown: 'All that this browser drew here, in every room:',
    drawings: (drawings: number) =>
      plural(drawings, {
        one: 'This server keeps 1 drawing of this browser.',
        other: `This server keeps ${number(drawings)} drawings of this browser.`,
      }),
    labelled: (drawings: number) =>
      plural(drawings, {
        one: 'To 1 of them you gave a digit.',
        other: `To ${number(drawings)} of them you gave a digit.`,
      }),
    sure: 'Erase all of them, in every room? Nobody can bring them back.',
    reallyErase: 'Erase them for ever',
    keep: 'Keep them',
    takeHome: 'Take them home',
    erase: 'Erase them',
    erased: (drawings: number) =>
      plural(drawings, {
        one: '1 stored drawing erased.',
        other: `${number(drawings)} stored drawings erased.`,
      }),
    nothing: 'There is nothing to take or to erase yet.',
  },
  stored: {
    title: 'What is stored',
    drawings:
      'Each drawing that you finished or gave a digit: its lines, when and in which room it was drawn, what it was read as and what you said it is.',
    cookie: 'A cookie with a random number. It says which drawings are yours, and nothing else about you.',
    network:
      'Once you give a digit: a scrambled mark of the network you are on (a keyed hash), so that one person cannot count as many. Your address itself is not stored.',
    name: 'Your name, if you type one, stays in your browser. The room sees it while you are there; it is stored nowhere else.',
  },
  days: {
    title: 'For how long',
    unknown: 'The server does not answer just now, and only it knows for how many days.',
    unlabelled: (days: number) =>
      plural(days, {
        one: 'Drawings that nobody gave a digit: 1 day, unless you erase them before.',
        other: `Drawings that nobody gave a digit: ${number(days)} days, unless you erase them before.`,
      }),
    unlabelledKept:
      'Drawings that nobody gave a digit: until you or the people who run this server erase them.',
    labelled: (days: number) =>
      plural(days, {
        one: 'Drawings with a digit, which teach: 1 day, unless you erase them before.',
        other: `Drawings with a digit, which teach: ${number(days)} days, unless you erase them before.`,
      }),
    labelledKept:
      'Drawings with a digit, which teach: until you or the people who run this server erase them.',
    network: 'Your network’s mark goes with your last drawing.',
    learned:
      'What a model learned stays learned. The Lab says of each model how many of its drawings were erased since.',
  },
  readers: {
    title: 'Who sees it',
    room: 'Everybody in the room, and everybody who knows its name. Your own name is seen only while you are there.',
    operators: 'The people who run this server.',
    trainers: 'A browser in the room that helps to train gets drawings with a digit, without names.',
  },
  never: {
    title: 'What never happens',
    others: 'Your drawings go to no other site, and this page asks no other site for anything.',
    counting: 'No advertising, no counting of visitors, no account, no list of who you are.',
  },
  questions: {
    title: 'Questions',
    ask: 'Ask <contact></contact>.',
    askWhoever: 'Ask the people who gave you the address of this page.',
  },
};

export type PrivacyTexts = typeof privacy;
