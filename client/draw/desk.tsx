import { useEffect } from 'preact/hooks';
import { bindKeys } from '../input/keyboard.ts';
import { texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';
import { defer } from '../ui/lazy.tsx';
import { Controls } from './controls.tsx';
import { ExplanationLegend, isExplained } from './explanation.tsx';
import { Pad } from './pad.tsx';
import { PredictionView } from './prediction-view.tsx';
import { Ribbon } from './ribbon.tsx';

const BlankView = () => (
  <figure class="model-view">
    <canvas class="model-pixels" />
    <figcaption>{texts.value.draw.sees}</figcaption>
  </figure>
);
/** The rasteriser is needed for this small picture alone: it loads once the server has answered. */
const ModelView = defer(async () => (await import('./model-view.tsx')).ModelView, BlankView);

/** The drawing page: prediction, pad, controls, history of predictions. */
export function Desk({ page }: { page: Page }) {
  useEffect(
    () =>
      bindKeys({
        label: page.setLabel,
        confirm: page.confirm,
        next: page.next,
        undo: page.drawing.undo,
      }),
    [page],
  );
  const model = page.room.model.value;
  return (
    <section class="desk" aria-label={texts.value.draw.name}>
      <PredictionView page={page} />
      <Pad page={page} />
      <Controls page={page} />
      <div class="insight">
        <Ribbon history={page.drawing.history} scheme={page.theme.scheme}>
          {isExplained(page) ? <ExplanationLegend page={page} /> : texts.value.draw.mind}
        </Ribbon>
        {model === undefined ? (
          <BlankView />
        ) : (
          <ModelView ink={page.drawing.ink} scheme={page.theme.scheme} model={model} />
        )}
      </div>
      <p class="unseen" aria-live="polite">
        {page.announced}
      </p>
    </section>
  );
}
