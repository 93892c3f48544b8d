import type { ReadonlySignal } from '@preact/signals';
import { rasterise, rasterSide } from '../../shared/rasterise.ts';
import type { Model } from '../../shared/training-protocol.ts';
import type { Theme } from '../browser/theme.ts';
import { texts } from '../language/language.ts';
import { versionName } from '../language/version-name.ts';
import type { Ink } from '../pad/drawing-model.ts';
import type { Sheet } from '../paint/canvas.ts';
import { CanvasView } from '../ui/canvas-view.tsx';

interface ModelViewProps {
  ink: ReadonlySignal<Ink>;
  scheme: Theme['scheme'];
  model: Model;
}

/** The model's 28 × 28 input, from the same rasteriser that the server uses. */
export function ModelView({ ink, scheme, model }: ModelViewProps) {
  const text = texts.value.draw;
  return (
    <figure class="model-view" title={text.model(versionName(model.card))}>
      <CanvasView class="model-pixels" scheme={scheme} paint={sheet => paintRaster(sheet, ink.value)} />
      <figcaption>{text.sees}</figcaption>
    </figure>
  );
}

function paintRaster({ canvas, context, colors }: Sheet, { strokes }: Ink) {
  const raster = rasterise(strokes);
  const { width, height } = canvas;
  const edge = (i: number, size: number) => Math.round((i * size) / rasterSide);
  context.clearRect(0, 0, width, height);
  context.fillStyle = colors.ink;
  raster.forEach((value, i) => {
    if (value === 0) return;
    const column = i % rasterSide;
    const row = Math.floor(i / rasterSide);
    const x = edge(column, width);
    const y = edge(row, height);
    context.globalAlpha = value / 255;
    context.fillRect(x, y, edge(column + 1, width) - x, edge(row + 1, height) - y);
  });
  context.globalAlpha = 1;
}
