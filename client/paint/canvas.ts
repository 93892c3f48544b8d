import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Theme } from '../browser/theme.ts';

/** What a style sheet gives a canvas. Nothing is edited or outlined on one, so two of its properties carry other colours. */
export interface Colors {
  /** `color`: the look's ink. */
  ink: string;
  /** `caret-color` */
  towards: string;
  /** `outline-color` */
  against: string;
}

/** What a painter gets: a context whose unit is one device pixel, cleared or not as it likes. */
export interface Sheet {
  canvas: HTMLCanvasElement;
  context: CanvasRenderingContext2D;
  colors: Colors;
  /** Differs from the last paint's when size or look did, and all that was painted is gone. */
  fresh: boolean;
}

/**
 * Paints `canvas` in one effect: when a signal that `paint` reads changes, when its size in device pixels
 * does, when the look does. Returns what stops it.
 */
export function bindCanvas(
  canvas: HTMLCanvasElement,
  scheme: Theme['scheme'],
  paint: (sheet: Sheet) => void,
): () => void {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser has no 2D canvas.');
  const { size, stop: stopSize } = watchSize(canvas);
  let painted: { scheme: string; width: number; height: number; colors: Colors } | undefined;
  const stopPaint = effect(() => {
    const { width, height } = size.value;
    const now = scheme.value;
    if (width === 0 || height === 0) return;
    const fresh =
      painted === undefined || painted.scheme !== now || painted.width !== width || painted.height !== height;
    if (fresh) {
      canvas.width = width;
      canvas.height = height;
    }
    // Reading a style may restyle the page: once a look is enough.
    const colors = painted?.scheme === now ? painted.colors : colorsOf(canvas);
    painted = { scheme: now, width, height, colors };
    paint({ canvas, context, colors, fresh });
  });
  return () => {
    stopPaint();
    stopSize();
  };
}

function colorsOf(canvas: HTMLCanvasElement): Colors {
  const { color, caretColor, outlineColor } = getComputedStyle(canvas);
  return { ink: color, towards: caretColor, against: outlineColor };
}

const maxSide = 2048; // device pixels: a 4K wall's tile, and what a phone's memory bears

function watchSize(canvas: HTMLCanvasElement): {
  size: ReadonlySignal<{ width: number; height: number }>;
  stop(): void;
} {
  const measure = () => ({
    width: Math.min(maxSide, Math.round(canvas.clientWidth * devicePixelRatio)),
    height: Math.min(maxSide, Math.round(canvas.clientHeight * devicePixelRatio)),
  });
  const size = signal(measure());
  const observer = new ResizeObserver(() => {
    const { width, height } = measure();
    if (width !== size.value.width || height !== size.value.height) size.value = { width, height };
  });
  observer.observe(canvas);
  return { size, stop: () => observer.disconnect() };
}
