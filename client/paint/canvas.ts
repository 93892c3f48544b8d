import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Theme } from '../browser/theme.ts';

/** Colours from the style sheet. A canvas shows no caret and no outline, so these properties hold two more colours. */
export interface Colors {
  /** `color` */
  ink: string;
  /** `caret-color` */
  towards: string;
  /** `outline-color` */
  against: string;
}

/** Argument of a painter: a context whose unit is one device pixel. The painter clears the canvas itself. */
export interface Sheet {
  canvas: HTMLCanvasElement;
  context: CanvasRenderingContext2D;
  colors: Colors;
  /** The size or the colour scheme has changed since the last paint, and the canvas is empty. */
  fresh: boolean;
}

/**
 * Paints `canvas` in one effect: after a change of a signal that `paint` reads, of the size in device pixels, or of the
 * colour scheme. Returns the function that stops the effect.
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
    // Read once a colour scheme: reading a style may restyle the page.
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

const maxSide = 2048; // device pixels: enough for a tile on a 4K wall, and within a phone's memory

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
