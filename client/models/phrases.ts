import type { Link } from '../connection.ts';
import { percent, type Reading } from './mind.ts';
import type { LabelState } from './outbox.ts';

interface Scene {
  reading: Reading;
  label: LabelState | undefined;
  link: Link;
  full: boolean;
}

/** One line under the answer; also what a screen reader hears. */
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
    case 'decided':
      return `I read ${reading.digit}, ${percent(reading.probability)}. If not, tap what it is.`;
    default:
      return reading satisfies never;
  }
}

function labelCaption({ state, digit }: LabelState, reading: Reading): string {
  switch (state) {
    case 'saving':
      return `Saving: ${digit} …`;
    case 'kept':
      return `It is ${digit}: kept here, sent when the line is back.`;
    case 'saved': {
      const read = reading.state === 'decided' || reading.state === 'undecided' ? reading.digit : digit;
      return read === digit
        ? `Right: it is ${digit}. Thank you.`
        : `Noted: ${digit}, not ${read}. Thank you.`;
    }
    default:
      return state satisfies never;
  }
}

/** The connection in a few words. */
export function linkCaption(link: Link, waiting: { labels: number; drawings: number }): string {
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

export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
