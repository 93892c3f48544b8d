import { smallRoomPeople, smallRoomTickMs, tickMs } from '../../shared/limits.ts';
import type { Frame } from '../../shared/protocol.ts';
import type { Room } from './room.ts';

export interface TickerParts {
  room: Room;
  send(page: number, frame: Frame): void;
  /** What is pending has been sent. */
  onTicked(): void;
  /** Frames come no faster than this, whatever the room's size. */
  leastTickMs(): number;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface Ticker {
  /** The room changed, or somebody waits for its tick: it comes when the last one allows, at once after a silence. */
  requestTick(): void;
  /** Somebody came and waits for the tick to see anything: it comes early. */
  requestEarlyTick(): void;
  stop(): void;
}

/** A whole class may come at once: they share a tick. */
const newcomerTickMs = 8;

/** Decides when a room's frames go out: at most one a tick and page. */
export function createTicker({ room, send, onTicked, leastTickMs, now, after }: TickerParts): Ticker {
  let cancel: (() => void) | undefined;
  let sentAtMs = Number.NEGATIVE_INFINITY;
  let isEarly = false;

  const period = () =>
    Math.max(leastTickMs(), room.people().length <= smallRoomPeople ? smallRoomTickMs : tickMs);
  const tickIn = (periodMs: number) => after(Math.max(0, sentAtMs + periodMs - now()), tick);

  function tick() {
    cancel = undefined;
    isEarly = false;
    const frames = room.buildFrames();
    if (frames.length > 0) sentAtMs = now();
    for (const { page, frame } of frames) send(page, frame);
    onTicked();
    if (room.pending()) cancel ??= after(period(), tick);
  }

  return {
    requestTick() {
      cancel ??= tickIn(period());
    },
    requestEarlyTick() {
      if (isEarly) return;
      isEarly = true;
      cancel?.();
      cancel = tickIn(Math.max(leastTickMs(), newcomerTickMs));
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
