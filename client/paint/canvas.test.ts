import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ColorScheme } from '../browser/theme.ts';
import type { Ink } from '../pad/drawing-model.ts';
import { bindCanvas, type Sheet } from './canvas.ts';
import { paintExplanation } from './explanation-painter.ts';
import { paintTile } from './ink-painter.ts';

let styleReads = 0;
let resize = () => {};
let ink = 'rgb(0, 0, 0)';

beforeEach(() => {
  styleReads = 0;
  vi.stubGlobal('devicePixelRatio', 1);
  vi.stubGlobal('getComputedStyle', () => {
    styleReads++;
    return { color: ink, caretColor: 'rgb(200, 0, 0)', outlineColor: 'rgb(0, 0, 200)' };
  });
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(run: () => void) {
        resize = run;
      }
      observe() {}
      disconnect() {}
    },
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
});

/** A canvas whose context records its calls and the colour of each stroke. */
function createFakeCanvas() {
  const stroked: string[] = [];
  const calls: string[] = [];
  const widths: number[] = [];
  const context = new Proxy<Record<string, unknown>>(
    {},
    {
      get(state, name: string) {
        if (name in state) return state[name];
        return () => {
          calls.push(name);
          if (name !== 'stroke') return;
          stroked.push(String(state.strokeStyle));
          widths.push(Number(state.lineWidth));
        };
      },
    },
  );
  const canvas = { clientWidth: 300, clientHeight: 300, width: 0, height: 0, getContext: () => context };
  context.canvas = canvas;
  return { canvas: canvas as unknown as HTMLCanvasElement, fake: canvas, stroked, calls, widths };
}

const drawn = (count: number): Ink => ({
  strokes: [Array.from({ length: 2 * count }, (_, i) => i)],
  redrawn: 0,
});

test('a tile reads its style once a colour scheme, however often its ink grows', () => {
  const scheme = signal<ColorScheme>('day');
  const shown = signal(drawn(1));
  const { canvas, stroked } = createFakeCanvas();
  const stop = bindCanvas(canvas, scheme, sheet => paintTile(sheet, shown.value));
  for (let points = 2; points <= 50; points++) shown.value = drawn(points);
  expect(stroked).toHaveLength(50);
  expect(styleReads).toBe(1);
  ink = 'rgb(255, 255, 255)';
  scheme.value = 'night';
  shown.value = drawn(51);
  expect(styleReads).toBe(2);
  expect(stroked.slice(-3)).toEqual(['rgb(0, 0, 0)', ink, ink]);
  ink = 'rgb(0, 0, 0)';
  stop();
});

test('a resized canvas is fresh and reads no style', () => {
  const { canvas, fake } = createFakeCanvas();
  const sheets: Pick<Sheet, 'fresh'>[] = [];
  bindCanvas(canvas, signal<ColorScheme>('day'), ({ fresh }) => void sheets.push({ fresh }));
  fake.clientWidth = 400;
  resize();
  expect(sheets).toEqual([{ fresh: true }, { fresh: true }]);
  expect(fake.width).toBe(400);
  expect(styleReads).toBe(1);
});

test('the colours of an explanation are read with the ink colour', () => {
  const { canvas, stroked } = createFakeCanvas();
  const effects = Array.from({ length: 784 }, () => 1);
  const asked = signal(0);
  bindCanvas(canvas, signal<ColorScheme>('day'), sheet => {
    void asked.value;
    paintExplanation(sheet, { strokes: [[100, 100, 105, 100]], effects });
  });
  asked.value++;
  expect(stroked).toEqual(['rgb(200,0,0)', 'rgb(200,0,0)']);
  expect(styleReads).toBe(1);
});

test('painting a stroke allocates no array a point', () => {
  const { canvas, calls } = createFakeCanvas();
  const strokes = drawn(100).strokes;
  const slices = vi.spyOn(Array.prototype, 'slice');
  bindCanvas(canvas, signal<ColorScheme>('day'), sheet => {
    slices.mockClear();
    paintTile(sheet, { strokes, redrawn: 0 });
  });
  expect(slices).not.toHaveBeenCalled();
  expect(calls.filter(call => call === 'quadraticCurveTo')).toHaveLength(98);
  slices.mockRestore();
});

test('ink that is painted keeps its widths while the stroke grows, and the points on the wire are not touched', () => {
  const hand = Array.from({ length: 60 }, (_, i) => [8 * i + 0.3 * i * i, 300]).flat();
  const widthsOf = (count: number) => {
    const { canvas, widths } = createFakeCanvas();
    const strokes = [hand.slice(0, 2 * count)];
    bindCanvas(canvas, signal<ColorScheme>('day'), sheet => paintTile(sheet, { strokes, redrawn: 0 }));
    expect(strokes).toEqual([hand.slice(0, 2 * count)]);
    return widths;
  };
  const all = widthsOf(60);
  expect(new Set(all).size).toBeGreaterThan(3);
  expect(Math.min(...all)).toBeLessThan(0.85 * Math.max(...all));
  for (const count of [2, 10, 30]) expect(all.slice(0, widthsOf(count).length)).toEqual(widthsOf(count));
});
