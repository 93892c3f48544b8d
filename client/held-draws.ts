import { maxPointsPerDraw } from '../shared/limits.ts';
import type { Draw } from '../shared/protocol.ts';

export interface HeldDrawsParts {
  send(draw: Draw): void;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface HeldDraws {
  /** From now on what is drawn is said this often; 0 for at once. */
  every(ms: number): void;
  draw(draw: Draw): void;
  /** Says what is held now, so that what is said next comes after it. */
  flush(): void;
  /** Forgets what is held: everything will be said again. */
  drop(): void;
}

/** While the server is overloaded its pages say what was drawn less often, a stroke's ink together. */
export function createHeldDraws({ send, after }: HeldDrawsParts): HeldDraws {
  let everyMs = 0;
  let held: Draw[] = [];
  let cancel: (() => void) | undefined;

  function drop() {
    cancel?.();
    cancel = undefined;
    held = [];
  }

  function flush() {
    const draws = held;
    drop();
    for (const draw of draws) send(draw);
  }

  return {
    every(ms) {
      everyMs = ms;
      if (ms === 0) flush();
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
    drop,
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
