import { maxPointsPerDraw } from './limits.ts';
import type { Draw, Pace } from './protocol.ts';

export interface DrawThrottleParts {
  send(draw: Draw): void;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface DrawThrottle {
  /** From now on what is drawn is said as often as it is guessed; at once while the server is not overloaded. */
  setPace(pace: Pace): void;
  draw(draw: Draw): void;
  /** Says what is held now, so that what is said next comes after it. */
  flush(): void;
  /** Forgets what is held: the line is lost, and everything will be said again, at once. */
  drop(): void;
}

/** While the server is overloaded its pages say what was drawn less often, a stroke's ink together. */
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
