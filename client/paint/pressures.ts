import type { ReadonlySignal } from '@preact/signals';
import type { Ink } from '../pad/drawing-model.ts';

/** The pressures that a pen reported for the strokes on the pad: for the painter alone, they are never sent. */
export interface Pressures {
  /** Begins the stroke after the last one of the ink. */
  begin(): void;
  add(measured: readonly number[]): void;
  /** One pressure a point, 0…1; undefined where no pen drew the stroke. */
  of(stroke: number): readonly number[] | undefined;
}

export function createPressures(ink: ReadonlySignal<Ink>): Pressures {
  let strokes: number[][] = [];
  let newest = 0;
  return {
    begin() {
      newest = ink.peek().strokes.length;
      strokes = strokes.slice(0, newest);
      strokes[newest] = [];
    },
    add: measured => void strokes[newest]?.push(...measured),
    of: stroke => (strokes[stroke]?.length ? strokes[stroke] : undefined),
  };
}
