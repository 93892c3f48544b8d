import { randomUUID } from 'node:crypto';
import type { Draw, Redraw } from '../../../shared/protocol.ts';
import type { Ink } from '../people/ink.ts';

export interface Pen {
  /** The next edit, of at most `points` points within one stroke. */
  draw(points: number): Draw;
  /** Whether the digit is complete; the next edit starts another. */
  done(): boolean;
  /** The current digit as a whole. */
  redraw(): Redraw;
}

/** Writes digits one after the other and returns them as a client's edits. */
export function createPen(nextInk: () => Ink): Pen {
  let ink = nextInk();
  let drawing = randomUUID();
  let seq = 0;
  let stroke = 0;
  let offset = 0;

  const done = () => stroke === ink.length;

  function begin() {
    ink = nextInk();
    drawing = randomUUID();
    stroke = 0;
  }

  return {
    draw(points) {
      if (done()) begin();
      const part = ink[stroke].slice(2 * offset, 2 * (offset + points));
      const lifted = 2 * offset + part.length >= ink[stroke].length;
      const edit = { drawing, seq: ++seq, stroke, offset, points: part, ...(lifted && { lifted }) };
      if (lifted) {
        stroke++;
        offset = 0;
      } else offset += part.length / 2;
      return edit;
    },
    done,
    redraw() {
      const begun = offset > 0 ? [ink[stroke].slice(0, 2 * offset)] : [];
      return { drawing, seq, strokes: [...ink.slice(0, stroke), ...begun] };
    },
  };
}
