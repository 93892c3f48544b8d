import { type ReadonlySignal, signal } from '@preact/signals';
import { padUnits } from '../../shared/limits.ts';
import type { DrawingModel } from './drawing-model.ts';

/** The position of the keyboard's pen. `hidden`: no key pressed yet. */
export interface KeyCursor {
  state: 'hidden' | 'up' | 'down';
  x: number;
  y: number;
}

export interface KeyboardPen {
  readonly cursor: ReadonlySignal<KeyCursor>;
  /** Moves by pad units; draws while the pen is down. */
  move(right: number, down: number): void;
  toggle(): void;
  hide(): void;
}

const spacing = 8; // pad units, as in hand-drawn ink: the smoothing would round corners of sparser points

export function createKeyboardPen(drawing: Pick<DrawingModel, 'penDown' | 'penMove' | 'penUp'>): KeyboardPen {
  const cursor = signal<KeyCursor>({ state: 'hidden', x: padUnits / 2, y: padUnits / 4 });
  const clamp = (value: number) => Math.min(padUnits - 1, Math.max(0, value));

  function lift() {
    if (cursor.value.state === 'down') drawing.penUp();
  }

  return {
    cursor,
    move(right, down) {
      const from = cursor.value;
      const x = clamp(from.x + right);
      const y = clamp(from.y + down);
      cursor.value = { state: from.state === 'down' ? 'down' : 'up', x, y };
      if (from.state !== 'down') return;
      const count = Math.ceil(Math.max(Math.abs(x - from.x), Math.abs(y - from.y)) / spacing);
      const points: number[] = [];
      for (let i = 1; i <= count; i++) {
        points.push(
          Math.round(from.x + ((x - from.x) * i) / count),
          Math.round(from.y + ((y - from.y) * i) / count),
        );
      }
      drawing.penMove(points);
    },
    toggle() {
      const { state, x, y } = cursor.value;
      if (state === 'down') lift();
      else drawing.penDown(x, y);
      cursor.value = { state: state === 'down' ? 'up' : 'down', x, y };
    },
    hide() {
      lift();
      cursor.value = { ...cursor.value, state: 'hidden' };
    },
  };
}
