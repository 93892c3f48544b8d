import { rasterPixels, rasterSide } from '../../shared/rasterise.ts';
import { topOf } from '../evaluation/metrics.ts';
import { encodePng } from './encode-png.ts';

/** An image with its label and prediction. */
export type Shown = { raster: Uint8Array; label: number; probabilities: readonly number[] };

const across = 10;
const cellPx = { width: 72, height: 92 };
const imagePx = 56;

/** An SVG of the `count` images with the lowest probability of their label, the worst first. */
export function worstSheet(shown: readonly Shown[], { count = 50 }: { count?: number } = {}): string {
  const worst = shown.toSorted((a, b) => labelProbability(a) - labelProbability(b)).slice(0, count);
  const [width, height] = [across * cellPx.width, Math.ceil(worst.length / across) * cellPx.height];
  const cells = worst.map(({ raster, label, probabilities }, i) => {
    const x = (i % across) * cellPx.width + (cellPx.width - imagePx) / 2;
    const y = Math.floor(i / across) * cellPx.height + 6;
    const top = topOf(probabilities);
    const percent = Math.round(100 * (probabilities[top] ?? 0));
    const middle = x + imagePx / 2;
    return `<image x="${x}" y="${y}" width="${imagePx}" height="${imagePx}" href="${pictureOf(raster)}"/>
<text x="${middle}" y="${y + imagePx + 14}">${label} read as <tspan class="${top === label ? 'right' : 'wrong'}">${top}</tspan></text>
<text x="${middle}" y="${y + imagePx + 25}" class="quiet">${percent} %</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<style>text{font:11px system-ui,sans-serif;text-anchor:middle;fill:#222}.quiet{fill:#666;font-size:9px}.wrong{fill:#b3261e;font-weight:bold}.right{fill:#1b6e3c;font-weight:bold}image{image-rendering:pixelated}</style>
<rect width="100%" height="100%" fill="#fff"/>
${cells.join('\n')}
</svg>
`;
}

const labelProbability = ({ label, probabilities }: Shown) => probabilities[label] ?? 0;

/** A PNG data URL: dark ink on white paper. */
function pictureOf(raster: Uint8Array): string {
  const paper = new Uint8Array(rasterPixels);
  raster.forEach((ink, i) => {
    paper[i] = 255 - ink;
  });
  return `data:image/png;base64,${Buffer.from(encodePng(paper, { width: rasterSide })).toString('base64')}`;
}
