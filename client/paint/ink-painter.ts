import { padUnits } from '../../shared/limits.ts';
import type { Ink } from '../models/drawing-model.ts';
import type { Sheet } from './canvas.ts';

export const penWidth = 33; // pad units: a felt pen on a pad as large as a hand

/** Smooths the ink through the midpoints of its points. One path a stroke: overlaps of several paths would show. */
function paintStrokes(
  context: CanvasRenderingContext2D,
  strokes: readonly (readonly number[])[],
  color: string,
) {
  const { width, height } = context.canvas;
  context.setTransform(width / padUnits, 0, 0, height / padUnits, 0, 0);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = penWidth;
  context.strokeStyle = color;
  for (const stroke of strokes) {
    context.beginPath();
    context.moveTo(stroke[0], stroke[1]);
    for (let i = 2; i + 3 < stroke.length; i += 2) {
      const x = stroke[i];
      const y = stroke[i + 1];
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
  paintStrokes(context, strokes, colors.ink);
}

/** Paints the pad. A second canvas keeps the finished strokes, so that a frame paints the newest stroke alone. */
export function createPadPainter(): (sheet: Sheet, ink: Ink) => void {
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
    paintStrokes(finishedLayer, ink.strokes.slice(finished, newest), colors.ink);
    finished = newest;
    clear(context);
    context.drawImage(finishedLayer.canvas, 0, 0);
    paintStrokes(context, ink.strokes.slice(newest), colors.ink);
  };
}
