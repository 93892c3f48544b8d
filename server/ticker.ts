import { smallRoomPeople, smallRoomTickMs, tickMs } from '../shared/limits.ts';
import type { Frame } from '../shared/protocol.ts';
import type { Room } from './room.ts';

export interface TickerParts {
  room: Room;
  send(page: number, frame: Frame): void;
  /** What is pending has been sent. */
  ticked(): void;
  /** Frames come no faster than this, whatever the room's size. */
  leastTickMs(): number;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface Ticker {
  /** The room changed, or somebody waits for its tick: it comes when the last one allows, at once after a silence. */
  soon(): void;
  stop(): void;
}

/** Decides when a room's frames go out: at most one a tick and page. */
export function createTicker({ room, send, ticked, leastTickMs, now, after }: TickerParts): Ticker {
  let cancel: (() => void) | undefined;
  let sentAtMs = Number.NEGATIVE_INFINITY;

  const period = () =>
    Math.max(leastTickMs(), room.people().length <= smallRoomPeople ? smallRoomTickMs : tickMs);

  function tick() {
    cancel = undefined;
    const frames = room.takeFrames();
    if (frames.length > 0) sentAtMs = now();
    for (const { page, frame } of frames) send(page, frame);
    ticked();
    if (room.pending()) cancel ??= after(period(), tick);
  }

  return {
    soon() {
      cancel ??= after(Math.max(0, sentAtMs + period() - now()), tick);
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
