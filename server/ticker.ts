import { smallRoomPeople, smallRoomTickMs, tickMs } from '../shared/limits.ts';
import type { Frame } from '../shared/protocol.ts';
import type { Room } from './room.ts';

export interface TickerParts {
  room: Room;
  send(page: number, frame: Frame): void;
  /** Frames come no faster than this, whatever the room's size. */
  leastTickMs(): number;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface Ticker {
  /** The room changed: a frame goes out when the tick allows, at once after a silence. */
  changed(): void;
  /** Sends what is pending now, so that a snapshot taken next follows on. */
  flush(): void;
  stop(): void;
}

/** Decides when a room's frames go out: at most one a tick and page. */
export function createTicker({ room, send, leastTickMs, now, after }: TickerParts): Ticker {
  let cancel: (() => void) | undefined;
  let sentAtMs = Number.NEGATIVE_INFINITY;

  const period = () =>
    Math.max(leastTickMs(), room.people().length <= smallRoomPeople ? smallRoomTickMs : tickMs);

  function flush() {
    cancel?.();
    cancel = undefined;
    const frames = room.takeFrames();
    if (frames.length > 0) sentAtMs = now();
    for (const { page, frame } of frames) send(page, frame);
    if (room.pending()) cancel = after(period(), flush);
  }

  return {
    changed() {
      cancel ??= after(Math.max(0, sentAtMs + period() - now()), flush);
    },
    flush,
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
