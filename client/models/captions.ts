import type { Explanation } from '../../shared/http-api.ts';
import { rasterSide } from '../../shared/rasterise.ts';
import { lobby } from '../browser/router.ts';
import type { Link } from '../net/connection.ts';
import type { LabelState, WaitingCounts } from './outbox.ts';
import { percent, type Reading } from './reading.ts';

interface Scene {
  reading: Reading;
  label: LabelState | undefined;
  link: Link;
  full: boolean;
}

/** Below this probability the caption names no digit. */
const unreadableAt = 0.4;

/** The line under the numeral; screen readers announce it too. */
export function captionOf({ reading, label, link, full }: Scene): string {
  if (label !== undefined) return labelCaption(label, reading);
  if (full) return 'The drawing is full: undo a stroke, or begin the next.';
  switch (reading.state) {
    case 'blank':
      return 'Draw a digit, 0 to 9.';
    case 'reading':
      return link.state === 'live'
        ? 'Looking …'
        : 'Your ink is kept. Nobody reads it while the line is down.';
    case 'undecided':
      return `Not sure yet: ${reading.digit}, or ${reading.rival}?`;
    case 'unsure':
      return reading.probability < unreadableAt
        ? 'Not sure this is a digit. If it is, tap which.'
        : `Not sure: ${reading.digit}, or ${reading.rival}? Tap what it is.`;
    case 'decided':
      return `I read ${reading.digit}, ${percent(reading.probability)}. If not, tap what it is.`;
    default:
      return reading satisfies never;
  }
}

/** What the net that was trained on MNIST alone says. */
export const opinionCaption = (digit: number) => `Taught on American digits alone it would say ${digit}.`;

function labelCaption({ state, digit }: LabelState, reading: Reading): string {
  switch (state) {
    case 'saving':
      return `Saving: ${digit} …`;
    case 'kept':
      return `It is ${digit}: kept here, sent when the line is back.`;
    case 'saved': {
      if (reading.state === 'unsure') return `Noted: it is ${digit}. Thank you.`;
      const read = reading.state === 'decided' || reading.state === 'undecided' ? reading.digit : digit;
      return read === digit
        ? `Right: it is ${digit}. Thank you.`
        : `Noted: ${digit}, not ${read}. Thank you.`;
    }
    default:
      return state satisfies never;
  }
}

/** Names the place of the strongest ink for the digit, for people who cannot see its colour. */
export function explanationCaption({ digit, effects }: Pick<Explanation, 'digit' | 'effects'>): string {
  const strongest = Math.max(0, ...effects);
  const strong = effects.flatMap((effect, i) => (effect > strongest / 2 && effect > 0 ? [i] : []));
  if (strong.length === 0) return `No single part of the drawing makes it a ${digit}.`;
  const middleOf = (place: (i: number) => number) =>
    strong.reduce((sum, i) => sum + place(i), 0) / strong.length / rasterSide;
  const column = thirdOf(
    middleOf(i => i % rasterSide),
    ['left', '', 'right'],
  );
  const row = thirdOf(
    middleOf(i => Math.floor(i / rasterSide)),
    ['top', '', 'bottom'],
  );
  const where = [row, column].filter(Boolean).join(' ') || 'middle';
  return `What speaks most for ${digit} is at the ${where}.`;
}

function thirdOf(share: number, [low, middle, high]: readonly [string, string, string]): string {
  return share < 0.43 ? low : share > 0.57 ? high : middle;
}

export function linkCaption(link: Link, waiting: WaitingCounts): string {
  switch (link.state) {
    case 'connecting':
      return 'connecting';
    case 'live':
      return waiting.labels > 0 ? `live, ${count(waiting.labels, 'label')} waiting` : 'live';
    case 'offline': {
      const parts = [
        ...(waiting.labels > 0 ? [count(waiting.labels, 'label')] : []),
        ...(waiting.drawings > 0 ? [count(waiting.drawings, 'drawing')] : []),
      ];
      return parts.length === 0 ? 'offline, your ink is kept' : `offline, ${parts.join(' and ')} waiting`;
    }
    case 'refused':
      return link.message;
    default:
      return link satisfies never;
  }
}

/** Labels and drawings in the outbox that only a page of another room sends. */
export function elsewhereCaption(room: string, { labels, drawings }: WaitingCounts): string {
  const [number, thing] = labels > 0 ? [labels, 'label'] : [drawings, 'drawing'];
  const where = room === lobby ? 'the lobby' : `room ${room}`;
  return `${count(number, thing)} ${number === 1 ? 'waits' : 'wait'} until you open ${where}`;
}

export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
