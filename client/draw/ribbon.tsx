import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { topDigit } from '../../shared/distribution.ts';
import type { Theme } from '../browser/theme.ts';
import type { PredictionSample } from '../pad/reading.ts';
import type { Sheet } from '../paint/canvas.ts';
import { CanvasView } from '../ui/canvas-view.tsx';

interface RibbonProps {
  history: ReadonlySignal<readonly PredictionSample[]>;
  scheme: Theme['scheme'];
  children: ComponentChildren; // its caption
}

/** The history of predictions: one row a digit, time to the right, darkness by probability. */
export function Ribbon({ history, scheme, children }: RibbonProps) {
  return (
    <figure class="ribbon">
      <CanvasView class="ribbon-rows" scheme={scheme} paint={sheet => paintRibbon(sheet, history.value)} />
      <figcaption>{children}</figcaption>
    </figure>
  );
}

const rows = 10;
const minProbability = 0.02; // less would be invisible

function paintRibbon({ canvas, context, colors }: Sheet, history: readonly PredictionSample[]) {
  const { width, height } = canvas;
  const row = height / rows;
  const left = 1.6 * row;
  context.clearRect(0, 0, width, height);
  context.fillStyle = colors.ink;
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.font = `${1.08 * row}px Georgia, serif`;
  const last = history.at(-1);
  const top = last === undefined ? -1 : topDigit(last.probabilities);
  for (let digit = 0; digit < rows; digit++) {
    context.globalAlpha = digit === top ? 1 : 0.55;
    context.fillText(`${digit}`, left / 2, (digit + 0.54) * row);
    context.globalAlpha = 0.12;
    context.fillRect(left, (digit + 1) * row - 1, width - left, 1);
  }
  const column = (width - left) / Math.max(history.length, 24);
  history.forEach((sample, i) => {
    const x = left + i * column;
    sample.probabilities.forEach((probability, digit) => {
      if (probability < minProbability) return;
      context.globalAlpha = probability;
      const thick = row * (0.25 + 0.6 * probability);
      context.fillRect(x, (digit + 0.5) * row - thick / 2, column + 0.5, thick);
    });
    if (i > 0 && history[i - 1].strokes !== sample.strokes) {
      context.globalAlpha = 0.4;
      context.fillRect(x, 0, 1, height);
    }
  });
  context.globalAlpha = 1;
}
