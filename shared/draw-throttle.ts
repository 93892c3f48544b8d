import { maxPointsPerDraw } from './limits.ts';
import type { Draw, Pace } from './protocol.ts';

export interface DrawThrottleParts {
  send(draw: Draw): void;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface DrawThrottle {
  /** Sets the send interval to the prediction interval; 0 when the server is not overloaded. */
  setPace(pace: Pace): void;
  draw(draw: Draw): void;
  /** Sends held draws now, so that later events stay in order. */
  flush(): void;
  /** Discards held draws after a lost connection; the client resends the whole drawing on reconnection. */
  drop(): void;
}

/** Sends draws less often while the server is overloaded, and merges the ink of one stroke. */
export function createDrawThrottle({ send, after }: DrawThrottleParts): DrawThrottle {
  let everyMs = 0;
  let held: Draw[] = [];
  let cancel: (() => void) | undefined;

  function flush() {
    cancel?.();
    cancel = undefined;
    for (const draw of held.splice(0)) send(draw);
  }

  return {
    setPace({ overloaded, guessesPerSecond }) {
      everyMs = overloaded ? 1000 / guessesPerSecond : 0;
      if (!overloaded) flush();
    },
    draw(draw) {
      if (everyMs === 0) {
        send(draw);
        return;
      }
      const last = held.at(-1);
      if (last !== undefined && continues(last, draw)) held[held.length - 1] = joined(last, draw);
      else held.push(draw);
      cancel ??= after(everyMs, flush);
    },
    flush,
    drop() {
      cancel?.();
      cancel = undefined;
      held = [];
      everyMs = 0;
    },
  };
}

function continues(last: Draw, { drawing, stroke, offset, points }: Draw): boolean {
  return (
    drawing === last.drawing &&
    stroke === last.stroke &&
    offset === last.offset + last.points.length / 2 &&
    last.points.length + points.length <= 2 * maxPointsPerDraw
  );
}

const joined = (last: Draw, next: Draw): Draw => ({
  ...next,
  offset: last.offset,
  points: [...last.points, ...next.points],
});
