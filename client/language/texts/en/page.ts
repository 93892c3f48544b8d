import { formatsOf } from '../../formats.ts';

const { plural, number } = formatsOf<'one'>('en');

/** What the first script shows: the pad, the header, recent drawings and notices. */
export const page = {
  language: 'Language',
  places: { draw: 'Draw', wall: 'Wall', lab: 'Lab', privacy: 'Privacy' },
  look: { day: 'Ink on paper', night: 'Chalk on a board' },
  room: 'Room',
  host: 'Host',
  close: 'Close',
  undo: 'Undo',
  more: 'More',
  story: 'Its first teachers were American; <em>your class may not be.</em>',

  caption: {
    opinion: (digit: number) => `Taught on American digits alone it would say ${digit}.`,
    blank: 'Draw a digit, 0 to 9.',
    full: 'The drawing is full: undo a stroke, or begin the next.',
    looking: 'Looking …',
    lineIsDown: 'Your ink is kept. Nobody reads it while the line is down.',
    undecided: (digit: number, rival: number) => `Not sure yet: ${digit}, or ${rival}?`,
    unreadable: 'Not sure this is a digit. If it is, tap which.',
    unsure: (digit: number, rival: number) => `Not sure: ${digit}, or ${rival}? Tap what it is.`,
    decided: (digit: number, sure: string) => `I read ${digit}, ${sure}. If not, tap what it is.`,
    saving: (digit: number) => `Saving: ${digit} …`,
    kept: (digit: number) => `It is ${digit}: kept here, sent when the line is back.`,
    noted: (digit: number) => `Noted: it is ${digit}. Thank you.`,
    right: (digit: number) => `Right: it is ${digit}. Thank you.`,
    corrected: (digit: number, read: number) => `Noted: ${digit}, not ${read}. Thank you.`,
    penIsDown: (caption: string) => `Pen down. ${caption}`,
  },
  draw: {
    why: 'Why?',
    takeBack: 'take back',
    fingerRests: 'A pen draws here, fingers rest. “Pen only” changes that.',
    name: 'Draw',
    pad: 'Drawing pad',
    hint: 'draw here',
    keys: 'Arrow keys move the pen, with Shift farther. Space puts it down and lifts it. 0 to 9 say what it is, Enter confirms, Escape begins the next, Control Z takes a stroke back.',
    undoKeys: 'Ctrl + Z, or tap with two fingers',
    penOnly: 'Pen only',
    clear: 'Clear',
    next: 'Next',
    saved: 'Saved',
    kept: 'Kept for later',
    saving: 'Saving',
    yes: 'Yes',
    yesDigit: (digit: number) => `Yes, ${digit}`,
    notSure: 'not sure',
    whatItIs: 'What it is',
    mind: 'How its mind moved',
    sees: 'What it sees',
    model: (name: string) => `Model: ${name}`,
  },
  link: {
    connecting: 'connecting',
    live: 'live',
    liveWaiting: (labels: number) =>
      plural(labels, { one: 'live, 1 answer waiting', other: `live, ${number(labels)} answers waiting` }),
    offline: 'offline, your ink is kept',
    offlineLabels: (labels: number) =>
      plural(labels, {
        one: 'offline, 1 answer waiting',
        other: `offline, ${number(labels)} answers waiting`,
      }),
    offlineDrawings: (drawings: number) =>
      plural(drawings, {
        one: 'offline, 1 drawing waiting',
        other: `offline, ${number(drawings)} drawings waiting`,
      }),
    offlineBoth: (things: number) => `offline, ${number(things)} answers and drawings waiting`,
    people: (people: number) => plural(people, { one: '1 person', other: `${number(people)} people` }),
    labelsInLobby: (labels: number) =>
      plural(labels, {
        one: '1 answer waits until you open the lobby',
        other: `${number(labels)} answers wait until you open the lobby`,
      }),
    labelsInRoom: (labels: number, room: string) =>
      plural(labels, {
        one: `1 answer waits until you open room ${room}`,
        other: `${number(labels)} answers wait until you open room ${room}`,
      }),
    drawingsInLobby: (drawings: number) =>
      plural(drawings, {
        one: '1 drawing waits until you open the lobby',
        other: `${number(drawings)} drawings wait until you open the lobby`,
      }),
    drawingsInRoom: (drawings: number, room: string) =>
      plural(drawings, {
        one: `1 drawing waits until you open room ${room}`,
        other: `${number(drawings)} drawings wait until you open room ${room}`,
      }),
    noAnswer: 'The server does not answer. Try again in a moment.',
  },
  notice: {
    notTakenBack: (digit: number, why: string) => `The answer ${digit} was not taken back: ${why}`,
    full: 'This drawing holds all the ink it can. Undo a stroke, or begin the next.',
    crowded: 'So many people are drawing that guesses come less often.',
    notTaken: (digit: number, why: string) => `The answer ${digit} was not taken: ${why}`,
    ended: 'The host has ended this room. What was drawn in it is erased.',
    frozen: 'The host has frozen the wall. Your ink stays here until it goes on.',
    paused: 'The host has paused your pen. Your ink stays here.',
    goesOn: 'You can draw again.',
    hidden: 'The host has taken this drawing off the wall.',
    cleared: 'The host has cleared the wall. Here is a fresh sheet.',
  },
  lesson: {
    first: 'First version',
    numbered: (lesson: number, time: string) => `Lesson ${number(lesson)}, ${time}`,
    unnumbered: (time: string) => `Lesson of ${time}`,
  },
  opening: {
    opening: 'Opening …',
    away: 'The server does not answer.',
    soon: 'This page opens by itself when it is back.',
    back: 'Back',
  },
};

export type PageTexts = typeof page;
