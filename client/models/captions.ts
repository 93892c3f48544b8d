import { lobby } from '../browser/router.ts';
import { percent, texts } from '../language/language.ts';
import { refusalText } from '../language/refusal-text.ts';
import type { Link } from '../net/connection.ts';
import type { LabelState } from '../pad/outbox.ts';
import type { WaitingCounts } from '../pad/outbox-entries.ts';
import type { Reading } from '../pad/reading.ts';

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
  const text = texts.value.caption;
  if (label !== undefined) return labelCaption(label, reading);
  if (full) return text.full;
  switch (reading.state) {
    case 'blank':
      return text.blank;
    case 'reading':
      return link.state === 'live' ? text.looking : text.lineIsDown;
    case 'undecided':
      return text.undecided(reading.digit, reading.rival);
    case 'unsure':
      return reading.probability < unreadableAt ? text.unreadable : text.unsure(reading.digit, reading.rival);
    case 'decided':
      return text.decided(reading.digit, percent(reading.probability));
    default:
      return reading satisfies never;
  }
}

/** The prediction of the net that was trained on MNIST alone. */
export const opinionCaption = (digit: number) => texts.value.caption.opinion(digit);

function labelCaption({ state, digit }: LabelState, reading: Reading): string {
  const text = texts.value.caption;
  switch (state) {
    case 'saving':
      return text.saving(digit);
    case 'kept':
      return text.kept(digit);
    case 'saved': {
      if (reading.state === 'unsure') return text.noted(digit);
      const read = reading.state === 'decided' || reading.state === 'undecided' ? reading.digit : digit;
      return read === digit ? text.right(digit) : text.corrected(digit, read);
    }
    default:
      return state satisfies never;
  }
}

export function linkCaption(link: Link, { labels, drawings }: WaitingCounts): string {
  const text = texts.value.link;
  switch (link.state) {
    case 'connecting':
      return text.connecting;
    case 'live':
      return labels > 0 ? text.liveWaiting(labels) : text.live;
    case 'offline':
      if (labels > 0 && drawings > 0) return text.offlineBoth(labels + drawings);
      if (labels > 0) return text.offlineLabels(labels);
      return drawings > 0 ? text.offlineDrawings(drawings) : text.offline;
    case 'refused':
      return refusalText(link);
    default:
      return link satisfies never;
  }
}

/** Labels and drawings in the outbox that only a page of another room sends. */
export function elsewhereCaption(room: string, { labels, drawings }: WaitingCounts): string {
  const text = texts.value.link;
  if (room === lobby) return labels > 0 ? text.labelsInLobby(labels) : text.drawingsInLobby(drawings);
  return labels > 0 ? text.labelsInRoom(labels, room) : text.drawingsInRoom(drawings, room);
}
