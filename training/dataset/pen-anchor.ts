import { createRandom, uniform } from '../../shared/random.ts';
import { rasterise, rasterPixels } from '../../shared/rasterise.ts';
import { firstPoints } from '../glyphs/redraw.ts';
import { drawGlyph } from '../glyphs/synthetic-glyphs.ts';
import type { Digits, LabelledDrawing } from './digits.ts';

export const penAnchorDefaults = {
  perDigit: 300,
  seed: 2026,
  // How far hands differ, to either side. Drawings stay legible, and many are near the border of another digit, where a
  // candidate that gives way to wrong labels fails first. With half of this spread it fails too late (LOG.md).
  slant: 0.8,
  turnRadians: 0.4,
  logAspect: 0.2,
};

/** Shares of the points of half-drawn digits, in turns: where a beginning is seldom read by its whole, and often surely. */
const beginningShares = [0.4, 0.6, 0.8];
const beginningsPerDigit = 90;
const beginningsSeed = 2027;

let drawn: Digits | undefined;
let begun: Digits | undefined;

/**
 * Drawings in the styles of many schools, equally many of each digit, made by rule from a fixed seed. No label that
 * anybody gives can add to them or outweigh them. The set is drawn once for each process.
 */
export function penAnchor(): Digits {
  drawn ??= penAnchorOf(drawPenAnchor());
  return drawn;
}

/** Half-drawn digits, equally many of each, made by rule from a fixed seed. The set is drawn once for each process. */
export function beginnings(): Digits {
  begun ??= penAnchorOf(drawBeginnings());
  return begun;
}

function drawBeginnings(): LabelledDrawing[] {
  const random = createRandom(beginningsSeed);
  return Array.from({ length: 10 * beginningsPerDigit }, (_, i) => {
    const share = beginningShares[Math.floor(i / 10) % beginningShares.length];
    const strokes = drawGlyph(i % 10, random);
    return { label: i % 10, strokes: firstPoints(strokes, Math.ceil((share * strokes.flat().length) / 2)) };
  });
}

/** Digits of an operator's own drawings, or of those that are made by rule. */
export function penAnchorOf(drawings: readonly LabelledDrawing[]): Digits {
  const images = new Uint8Array(drawings.length * rasterPixels);
  drawings.forEach(({ strokes }, i) => {
    images.set(rasterise(strokes), i * rasterPixels);
  });
  return { images, labels: Uint8Array.from(drawings, ({ label }) => label) };
}

function drawPenAnchor(): LabelledDrawing[] {
  const { perDigit, seed, slant, turnRadians, logAspect } = penAnchorDefaults;
  const random = createRandom(seed);
  const spread = (limit: number) => uniform(random, [-limit, limit]);
  return Array.from({ length: 10 * perDigit }, (_, i) => {
    const [lean, turn, aspect] = [spread(slant), spread(turnRadians), Math.exp(spread(logAspect))];
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    const strokes = drawGlyph(i % 10, random).map(stroke =>
      stroke.map((_, at) => {
        const [x, y] = at % 2 === 0 ? [stroke[at], stroke[at + 1]] : [stroke[at - 1], stroke[at]];
        const leaning = (x - lean * y) * aspect;
        return at % 2 === 0 ? cos * leaning - sin * y : sin * leaning + cos * y;
      }),
    );
    return { label: i % 10, strokes };
  });
}
