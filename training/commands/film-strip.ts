import { decidedAt } from '../../shared/limits.ts';
import { createRandom } from '../../shared/random.ts';
import type { LabelledDrawing } from '../dataset/digits.ts';
import { topOf } from '../evaluation/metrics.ts';
import { readMoments } from '../evaluation/predict.ts';
import { firstPoints } from '../glyphs/redraw.ts';
import { drawGlyph } from '../glyphs/synthetic-glyphs.ts';
import { mix, wholeAnswer } from '../model/mixture.ts';
import type { ServingNet } from '../model/serving-net.ts';

/** A moment of a drawing: the ink so far, what the page shows, and what it would show of a finished drawing. */
export type Frame = {
  strokes: readonly (readonly number[])[]; // flat, any scale
  shown: readonly number[]; // ten probabilities
  asFinished: readonly number[];
};

const moments = 4; // after 25, 50, 75 and 100 % of the points
const digits = [9, 3, 2, 8, 5]; // those whose beginnings look like other digits
const seed = 5;

const cellPx = { width: 150, height: 132 };
const inkPx = 84;
const headPx = 26;

/** Five digits made by rule, each at four moments. */
export function readFilm(net: ServingNet): Promise<Frame[][]> {
  const random = createRandom(seed);
  return Promise.all(digits.map(label => readFrames(net, { label, strokes: drawGlyph(label, random) })));
}

async function readFrames(net: ServingNet, drawing: LabelledDrawing): Promise<Frame[]> {
  const read = await readMoments(net, drawing, moments);
  return read.map(({ points, pen, outputs }) => ({
    strokes: firstPoints(drawing.strokes, points),
    shown: mix(outputs, pen),
    asFinished: wholeAnswer(outputs),
  }));
}

/** An SVG with a row for each drawing: under each moment what the page shows, and the prediction of it as a finished drawing. */
export function filmStrip(rows: readonly (readonly Frame[])[]): string {
  const [width, height] = [moments * cellPx.width, headPx + rows.length * cellPx.height];
  const head = Array.from({ length: moments }, (_, i) => {
    const share = (100 * (i + 1)) / moments;
    return `<text x="${(i + 0.5) * cellPx.width}" y="17" class="quiet">${share} % drawn</text>`;
  });
  const cells = rows.flatMap((frames, row) => {
    const box = boxOf(frames.flatMap(({ strokes }) => strokes));
    return frames.map((frame, column) => cellOf(frame, { row, column, box }));
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<style>text{font:13px system-ui,sans-serif;text-anchor:middle;fill:#222}.quiet{fill:#666;font-size:11px}.sure{font-weight:bold}polyline{fill:none;stroke:#1c2648;stroke-width:4;stroke-linecap:round;stroke-linejoin:round}</style>
<rect width="100%" height="100%" fill="#fff"/>
${[...head, ...cells].join('\n')}
</svg>
`;
}

type Box = { left: number; top: number; scale: number };

function boxOf(strokes: Frame['strokes']): Box {
  const [xs, ys] = [0, 1].map(axis => strokes.flatMap(stroke => stroke.filter((_, i) => i % 2 === axis)));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const side = Math.max(Math.max(...xs) - left, Math.max(...ys) - top, 1);
  return { left, top, scale: inkPx / side };
}

function cellOf(
  { strokes, shown, asFinished }: Frame,
  { row, column, box: { left, top, scale } }: { row: number; column: number; box: Box },
): string {
  const [x, y] = [column * cellPx.width, headPx + row * cellPx.height];
  const at = (value: number, i: number) =>
    i % 2 === 0 ? x + (cellPx.width - inkPx) / 2 + (value - left) * scale : y + 8 + (value - top) * scale;
  const lines = strokes.map(
    stroke => `<polyline points="${stroke.map((value, i) => at(value, i).toFixed(1)).join(' ')}"/>`,
  );
  const middle = x + cellPx.width / 2;
  const sure = Math.max(...shown) >= decidedAt ? ' class="sure"' : '';
  return `${lines.join('')}
<text x="${middle}" y="${y + inkPx + 26}"${sure}>${readingOf(shown)}</text>
<text x="${middle}" y="${y + inkPx + 40}" class="quiet">as finished: ${readingOf(asFinished)}</text>`;
}

function readingOf(probabilities: readonly number[]): string {
  const top = topOf(probabilities);
  return `${top}, ${Math.round(100 * probabilities[top])} %`;
}
