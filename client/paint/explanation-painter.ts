import type { Explanation } from '../../shared/http-api.ts';
import { padUnits } from '../../shared/limits.ts';
import { placeOnRaster, rasterSide } from '../../shared/rasterise.ts';
import type { Sheet } from './canvas.ts';
import { penWidth } from './pen-width.ts';

const pieceUnits = 12; // length of a piece with one colour: a third of the pen's width
const minEffect = 0.06; // a smaller effect is not shown

interface Explained {
  strokes: readonly (readonly number[])[];
  effects: Explanation['effects'];
}

/** Colours the ink: the stronger the effect for or against the digit, the stronger the colour. */
export function paintExplanation({ canvas, context, colors }: Sheet, explained: Explained | undefined): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  if (explained === undefined) return;
  const { strokes, effects } = explained;
  const place = placeOnRaster(strokes);
  if (place === undefined) return;
  const { ink, towards, against } = colors;
  context.setTransform(canvas.width / padUnits, 0, 0, canvas.height / padUnits, 0, 0);
  context.lineCap = 'round';
  context.lineWidth = 0.8 * penWidth; // within the ink, which is thinner where the hand was fast
  const pieces = strokes.flatMap(piecesOf).map(piece => {
    const column = Math.floor(((piece[0] + piece[2]) / 2) * place.scale + place.left);
    const row = Math.floor(((piece[1] + piece[3]) / 2) * place.scale + place.top);
    return { piece, effect: effects[row * rasterSide + column] ?? 0 };
  });
  // Paints the strongest last: it is on top where strokes cross.
  for (const { piece, effect } of pieces.sort((a, b) => Math.abs(a.effect) - Math.abs(b.effect))) {
    if (Math.abs(effect) < minEffect) continue;
    context.strokeStyle = mixed([effect > 0 ? towards : against, ink], Math.sqrt(Math.abs(effect)));
    context.beginPath();
    context.moveTo(piece[0], piece[1]);
    context.lineTo(piece[2], piece[3]);
    context.stroke();
  }
}

/**
 * Mixes `share`, 0…1, of the first colour into the second; both are opaque, in the format of `getComputedStyle`.
 * Canvases of Chrome 111 do not know `color-mix`.
 */
export function mixed([colour, ground]: readonly [string, string], share: number): string {
  const channels = (text: string) => Array.from(text.matchAll(/[\d.]+/g), ([digits]) => Number(digits));
  const under = channels(ground);
  return `rgb(${channels(colour).map((over, i) => Math.round(over * share + under[i] * (1 - share)))})`;
}

type Piece = [number, number, number, number];

/** Splits a stroke into straight pieces of at most `pieceUnits`; a dot becomes one piece of length 0. */
function piecesOf(stroke: readonly number[]): Piece[] {
  if (stroke.length === 2) return [[stroke[0], stroke[1], stroke[0], stroke[1]]];
  const pieces: Piece[] = [];
  for (let i = 0; i + 3 < stroke.length; i += 2) {
    const x = stroke[i];
    const y = stroke[i + 1];
    const toX = stroke[i + 2];
    const toY = stroke[i + 3];
    const count = Math.max(1, Math.ceil(Math.hypot(toX - x, toY - y) / pieceUnits));
    const at = (k: number): [number, number] => [x + ((toX - x) * k) / count, y + ((toY - y) * k) / count];
    for (let k = 0; k < count; k++) pieces.push([...at(k), ...at(k + 1)]);
  }
  return pieces;
}
