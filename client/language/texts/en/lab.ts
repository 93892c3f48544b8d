import { formatsOf } from '../../formats.ts';

const { plural, number } = formatsOf<'one'>('en');

interface Read {
  digit: number;
  sure: string;
}

/** The Lab. Words of the trade stand in `details` alone, which the page shows on demand. */
export const lab = {
  teach: {
    setAside: (labels: number, mostOfOne: number) =>
      plural(labels, {
        one: `1 answer does not fit its drawing, ${number(mostOfOne)} from one person: it waits until the host accepts it.`,
        other: `${number(labels)} answers do not fit their drawings, ${number(mostOfOne)} from one person: they wait until the host accepts them.`,
      }),
    setAsideOfOne: (labels: number) =>
      `${number(labels)} answers of one person do not fit their drawings: they wait until the host accepts them.`,
    title: 'Teach',
    unavailable: 'The server does not say what it has learned just now.',
    looking: 'Looking …',
    nothing: 'Nothing new to learn. Draw, and say what it was.',
    waiting: (answers: number) =>
      plural(answers, {
        one: 'answer it has not learned from yet',
        other: 'answers it has not learned from yet',
      }),
    adminStarts: 'Here the admin starts the lesson.',
    mayForget: 'For this lesson it may forget up to 10 of 100 American digits. Otherwise 1.',
    few: (answers: number, good: number) =>
      `${number(answers)} of ${number(good)} answers: a good lesson takes about ${number(good)}, by several people.`,
    enough: 'Enough for a good lesson.',
    meter: 'Answers for a good lesson',
    start: 'Teach it what you said',
    stop: 'Stop the lesson',
    progress: 'The lesson',
    curve: 'Read right while practising',
    details: 'Details',
    loss: 'Loss',
    said: 'What was said',
    readRight: 'read right',
    readWrong: 'read wrong',
    digit: (digit: number, said: number, wrong: number) =>
      `${digit}: ${number(said)} said, ${number(wrong)} read wrong`,
  },
  unsure: {
    title: 'What it is unsure of',
    nothing: 'Nobody has said anything yet. Draw a digit, say what it is, and this shows what it mixes up.',
    none: 'It read everything right that people said here. Draw in another hand and see.',
    wrong: (digit: number, wrong: number, said: number) =>
      `<b>${digit}</b> read wrong ${number(wrong)} of ${number(said)} times`,
    next: (digit: number) => `Next: draw more ${digit}s, each a little different, and say what they are.`,
  },
  learned: {
    title: 'What it learned',
    nothing:
      'No lesson yet. After one, this says what it learned and what that cost. A lesson that makes it worse is refused.',
    promoted: 'It learned.',
    refused: 'Not this time.',
    staysAs: (version: string) => `${version} stays as it was.`,
    details: 'All figures',
    before: 'Before',
    after: 'After',
    was: (share: string) => `${share} before`,
    change: (was: string, is: string) => `${was} before, ${is} after`,
    legend: '○ before ● after',
    evidenceNone: 'Evidence: none. There are no drawings of people whose answers never teach.',
    evidenceFew: (drawings: number) =>
      plural(drawings, {
        one: 'Evidence: weak. 1 drawing of people whose answers never teach.',
        other: `Evidence: weak. ${number(drawings)} drawings of people whose answers never teach.`,
      }),
    evidenceEnough: (drawings: number) =>
      plural(drawings, {
        one: 'Evidence: good. 1 drawing of people whose answers never teach.',
        other: `Evidence: good. ${number(drawings)} drawings of people whose answers never teach.`,
      }),
    noHeldOut: 'There are no drawings of held-out people to check on.',
    strangers: 'Drawings of held-out people',
    mnist: 'MNIST hold-out',
    readAs: 'What was read as what',
    sets: {
      strangers: 'Held-out people',
      lessons: 'The lessons',
      corrections: 'Earlier answers',
      mnist: 'MNIST',
      marked: 'Marked digits',
    },
    wrongOf: (title: string, wrong: number, count: number) =>
      `${title}: ${number(wrong)} of ${number(count)} read wrong`,
    noMistake: 'No mistake.',
    sameMistakes: 'No mistake more, none less.',
    pair: (label: number, read: number) => `<b>${label}</b> as <b>${read}</b>`,
    cell: (label: number, read: number, count: number) => `${label} read as ${read}: ${number(count)}`,
    moreMistakes: (mistakes: number) => `and ${number(mistakes)} more`,
    axes: 'Rows: what it is. Columns: what it was read as.',
  },
  setAside: {
    title: 'Set aside',
    advice: 'It is sure that these show another digit. You decide who is right.',
    from: (labels: number) =>
      plural(labels, { one: '1 answer from one person', other: `${number(labels)} answers from one person` }),
    accept: 'Accept',
    drop: 'Drop',
    say: (label: number) => `They say <b>${label}</b>`,
    reads: (own: Read, plain: Read) =>
      `It reads ${own.digit} (${own.sure}); taught on American digits alone, ${plain.digit} (${plain.sure}).`,
  },
  versions: {
    startOver: 'Start over from the first version',
    title: 'Versions',
    unavailable: 'The versions cannot be had just now.',
    readsNow: 'reads now',
    previous: 'the one before',
    refused: 'refused',
    candidate: 'being checked',
    shipped: 'As Inkling came',
    taughtHere: (drawings: number) =>
      plural(drawings, {
        one: 'learned from 1 drawing, on the server',
        other: `learned from ${number(drawings)} drawings, on the server`,
      }),
    taughtInBrowser: (drawings: number) =>
      plural(drawings, {
        one: 'learned from 1 drawing, in a browser',
        other: `learned from ${number(drawings)} drawings, in a browser`,
      }),
    brought: 'brought along',
    erased: (drawings: number) =>
      plural(drawings, {
        one: '1 drawing that it learned from was erased since',
        other: `${number(drawings)} drawings that it learned from were erased since`,
      }),
    dropped: 'It is no longer kept, and cannot come back.',
    show: 'What it learned',
    rollBack: 'Roll back to this',
    promote: 'Let this one read',
    details: 'Figures of all versions',
    everyday: 'MNIST hold-out',
    heldOut: 'held-out people',
    unknown: 'unknown',
    onMnist: (share: string) => `MNIST hold-out ${share}`,
    onHeldOut: (share: string) => `held-out people ${share}`,
    technical: (version: string, mnist: string, heldOut: string) =>
      `${version}: MNIST hold-out ${mnist}, held-out people ${heldOut}`,
    point: (version: string, time: string, figure: string) => `${version}, ${time}: ${figure}`,
  },
  drawings: {
    title: 'Drawings',
    advice: 'Open one to correct it, or to teach just that one.',
    none: 'None of that kind.',
    all: 'All',
    labelled: 'With an answer',
    wrong: 'Read wrong',
    whichDigit: 'Which digit',
    anyDigit: 'Any digit',
    whichVersion: 'Read by which version',
    anyVersion: 'Any version',
    allRooms: 'All rooms',
    notReadUnknown: 'A drawing, not read, nobody said what it is',
    notReadIs: (label: number) => `A drawing, not read, it is ${label}`,
    readUnknown: (digit: string) => `A drawing, read as ${digit}, nobody said what it is`,
    readRight: (digit: string) => `A drawing, read as ${digit}, right`,
    readWrong: (digit: string, label: number) => `A drawing, read as ${digit}, it is ${label}`,
  },
  sheet: {
    notReadUnknown: 'Not read; nobody said what it is',
    notReadIs: (label: number) => `Not read, but it is ${label}`,
    readUnknown: (digit: number) => `Read as ${digit}; nobody said what it is`,
    readRight: (digit: number) => `Read as ${digit}, which is right`,
    readWrong: (digit: number, label: number) => `Read as ${digit}, but it is ${label}`,
    whatItIs: 'What it is',
    takeOff: 'Take the answer off',
    predict: 'Read it again',
    teachThis: 'Teach just this one',
    remove: 'Delete',
    reallyRemove: 'Yes, delete it for good',
    drawnAt: (time: string) => `Drawn: ${time}`,
    drawnIn: (time: string, room: string) => `Drawn: ${time}, in room ${room}`,
    mineAt: (time: string) => `Drawn by you: ${time}`,
    mineIn: (time: string, room: string) => `Drawn by you: ${time}, in room ${room}`,
    atFirst: 'then',
    atFirstRead: (digit: number, sure: string) => `then: ${digit}, ${sure}`,
    now: (digit: number, sure: string) => `now: ${digit}, ${sure}`,
  },
  browser: {
    start: 'Teach in this browser',
    again: 'Start again',
    stop: 'Stop teaching here',
    trying: 'Trying what computes fastest here …',
    tryingKind: (kind: string) => `Trying what computes fastest here: ${kind} …`,
    javascript: 'plain JavaScript',
    details: 'What computes here',
    speed: (digits: number) => `${number(digits)} digits a second`,
    fasterThan: (others: string) => `faster than ${others}`,
    device: (name: string, speed: number) => `${name} (${number(speed)})`,
    unknownDevice: 'unknown',
    teaching: (browsers: number, devices: string) =>
      plural(browsers, {
        one: `1 browser teaches just now: ${devices}`,
        other: `${number(browsers)} browsers teach just now: ${devices}`,
      }),
    several: (count: number, device: string) => `${number(count)} × ${device}`,
    lost: (device: string) => `${device} was lost; going on with the next best.`,
    missed: 'The round went on without this browser; start again to join the next one.',
    notFetched: 'What there is to learn could not be fetched.',
    stopped: 'Stopped; nothing was uploaded.',
    left: 'Stopped when the page was left; nothing was uploaded.',
    notLoaded: 'The trainer could not be loaded.',
    unfit: (why: string) => `Nothing here can train. ${why}`,
    otherNet: 'The model has other layers since this page was opened. Reload the page to teach it.',
    noLabel: 'There is no answer to learn from.',
    disbelief:
      'These answers contradict what the model surely reads, in every direction: nothing was learned from them.',
  },
  home: {
    title: 'Take it home',
    text: 'Every drawing with its lines, what it was read as and what it is, one a line. What is brought back is added to what is here.',
    export: 'Export all drawings',
    import: 'Import a file',
    sending: (file: string) => `Sending ${file} …`,
    reading: (file: string) => `${file} is being read …`,
    added: (drawings: number) =>
      plural(drawings, { one: '1 drawing added.', other: `${number(drawings)} drawings added.` }),
    known: (drawings: number) =>
      plural(drawings, { one: '1 was here already.', other: `${number(drawings)} were here already.` }),
    refused: (lines: number) =>
      plural(lines, { one: '1 line could not be read.', other: `${number(lines)} lines could not be read.` }),
    admin: 'For the admin: export, import, roll back. The token is in the link that the server printed.',
    token: 'Admin token',
    signIn: 'Sign in',
  },
};

export type LabTexts = typeof lab;
