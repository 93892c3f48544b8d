import { padUnits } from '../../shared/limits.ts';
import type { Ink } from '../pad/drawing-model.ts';
import type { Sheet } from './canvas.ts';
import { nextWidth, slowWidth, widthStep } from './pen-width.ts';

type PressuresOf = (stroke: number) => readonly number[] | undefined;

interface Layer {
  strokes: readonly (readonly number[])[];
  color: string;
  /** Index of the first stroke on the pad. */
  first?: number;
  pressuresOf?: PressuresOf;
}

/**
 * Smooths the ink through the midpoints of its points. One path for each piece of a stroke with one width; ink is
 * opaque, so their overlaps do not show.
 */
function paintStrokes(context: CanvasRenderingContext2D, { strokes, color, first = 0, pressuresOf }: Layer) {
  const { width, height } = context.canvas;
  context.setTransform(width / padUnits, 0, 0, height / padUnits, 0, 0);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = color;
  for (let index = 0; index < strokes.length; index++) {
    const stroke = strokes[index];
    const pressures = pressuresOf?.(first + index);
    let width = slowWidth;
    let drawnWidth = width;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(stroke[0], stroke[1]);
    for (let i = 2; i + 3 < stroke.length; i += 2) {
      const x = stroke[i];
      const y = stroke[i + 1];
      const speed = Math.hypot(x - stroke[i - 2], y - stroke[i - 1]);
      width = nextWidth(width, { speed, pressure: pressures?.[i / 2] });
      if (Math.abs(width - drawnWidth) > widthStep) {
        context.stroke();
        drawnWidth = width;
        context.lineWidth = width;
        context.beginPath();
        context.moveTo((stroke[i - 2] + x) / 2, (stroke[i - 1] + y) / 2);
      }
      context.quadraticCurveTo(x, y, (x + stroke[i + 2]) / 2, (y + stroke[i + 3]) / 2);
    }
    context.lineTo(stroke[stroke.length - 2], stroke[stroke.length - 1]);
    context.stroke();
  }
}

function clear(context: CanvasRenderingContext2D) {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
}

/** Repaints a whole tile or thumbnail. */
export function paintTile({ context, colors }: Sheet, { strokes }: Ink) {
  clear(context);
  paintStrokes(context, { strokes, color: colors.ink });
}

/** Paints the pad. A second canvas keeps the finished strokes, so that a frame paints the newest stroke alone. */
export function createPadPainter(pressuresOf: PressuresOf): (sheet: Sheet, ink: Ink) => void {
  const finishedLayer = document.createElement('canvas').getContext('2d');
  if (finishedLayer === null) throw new Error('This browser has no 2D canvas.');
  let finished = 0;
  let redrawn = 0;

  return ({ canvas, context, colors, fresh }, ink) => {
    if (fresh || ink.redrawn !== redrawn) {
      finishedLayer.canvas.width = canvas.width;
      finishedLayer.canvas.height = canvas.height;
      finished = 0;
      redrawn = ink.redrawn;
    }
    const newest = Math.max(0, ink.strokes.length - 1);
    const { ink: color } = colors;
    const strokes = ink.strokes.slice(finished, newest);
    paintStrokes(finishedLayer, { strokes, color, first: finished, pressuresOf });
    finished = newest;
    clear(context);
    context.drawImage(finishedLayer.canvas, 0, 0);
    paintStrokes(context, { strokes: ink.strokes.slice(newest), color, first: newest, pressuresOf });
  };
}
