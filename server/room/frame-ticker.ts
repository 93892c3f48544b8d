import { smallRoomPeople, smallRoomTickMs, tickMs } from '../../shared/limits.ts';
import type { Frame } from '../../shared/protocol.ts';
import type { Room } from './room.ts';

export interface TickerParts {
  room: Room;
  send(page: number, frame: Frame): void;
  /** All pending frames were sent. */
  onTicked(): void;
  /** Shortest tick, whatever the room's size. */
  minTickMs(): number;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `run` after `ms`; returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface Ticker {
  /**
   * Requests a tick after a change or for a waiting subscriber: as soon as the last tick allows, at once after a
   * silence.
   */
  requestTick(): void;
  /** Requests an early tick for a new subscriber, who sees nothing before it. */
  requestEarlyTick(): void;
  stop(): void;
}

/** Subscribers of a class that join together share one tick. */
const newcomerTickMs = 8;

/** Schedules a room's frames: at most one per tick and page. */
export function createTicker({ room, send, onTicked, minTickMs, now, after }: TickerParts): Ticker {
  let cancel: (() => void) | undefined;
  let sentAtMs = Number.NEGATIVE_INFINITY;
  let isEarly = false;

  const period = () =>
    Math.max(minTickMs(), room.people().length <= smallRoomPeople ? smallRoomTickMs : tickMs);
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
      cancel = tickIn(Math.max(minTickMs(), newcomerTickMs));
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}
