import type { Step } from '../models/training-model.ts';
import type { Sheet } from './canvas.ts';

export function paintLoss(sheet: Sheet, steps: readonly Step[], planned: number) {
  const max = Math.max(0.01, ...steps.map(({ loss }) => loss));
  paintCurve(sheet, {
    points: steps.map(({ step, loss }) => [step, loss / max]),
    planned,
    last: steps.at(-1)?.loss.toFixed(3) ?? '',
  });
}

export function paintAccuracy(sheet: Sheet, steps: readonly Step[], planned: number) {
  const min = Math.min(0.9, ...steps.map(({ accuracy }) => accuracy));
  paintCurve(sheet, {
    points: steps.map(({ step, accuracy }) => [step, (accuracy - min) / (1 - min)]),
    planned,
    last: `${(100 * (steps.at(-1)?.accuracy ?? 0)).toFixed(1)} %`,
  });
}

interface Curve {
  /** Step, and height 0…1. */
  points: readonly (readonly [number, number])[];
  planned: number;
  last: string;
}

const inertia = 0.8; // of the running mean: the accuracy of a batch of 64 jumps by percentage points

/** A faint line through every batch, and a strong one through the running mean. */
function paintCurve({ canvas, context, colors }: Sheet, { points, planned, last }: Curve) {
  const { width, height } = canvas;
  const line = height / 60;
  const foot = height - line;
  const end = Math.max(planned, points.at(-1)?.[0] ?? 0, 1);
  const textHeight = 0.16 * height; // of the figure above the curve
  const at = ([step, value]: readonly [number, number]): [number, number] => [
    (width * step) / end,
    foot - value * (foot - textHeight - 2 * line) - line,
  ];
  context.clearRect(0, 0, width, height);
  context.fillStyle = colors.ink;
  context.strokeStyle = colors.ink;
  context.lineJoin = 'round';
  context.globalAlpha = 0.2;
  context.fillRect(0, height - Math.max(1, line / 2), width, Math.max(1, line / 2));
  context.globalAlpha = 0.3;
  draw(context, points.map(at), line / 2);
  context.globalAlpha = 1;
  draw(context, meanOf(points).map(at), 1.3 * line);
  context.font = `${0.15 * height}px Georgia, serif`;
  context.textAlign = 'right';
  context.textBaseline = 'top';
  context.fillText(last, width, 0);
}

function meanOf(points: Curve['points']): [number, number][] {
  let mean = points[0]?.[1] ?? 0;
  return points.map(([step, value]) => {
    mean = inertia * mean + (1 - inertia) * value;
    return [step, mean];
  });
}

function draw(context: CanvasRenderingContext2D, points: readonly [number, number][], width: number) {
  context.lineWidth = width;
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.stroke();
}
