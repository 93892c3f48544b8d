import { useEffect } from 'preact/hooks';
import { bindKeys } from '../input/keyboard.ts';
import { texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';
import { Controls } from './controls.tsx';
import { ExplanationLegend } from './explanation.tsx';
import { ModelView } from './model-view.tsx';
import { Pad } from './pad.tsx';
import { PredictionView } from './prediction-view.tsx';
import { Ribbon } from './ribbon.tsx';

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
  return (
    <section class="desk" aria-label={texts.value.draw.name}>
      <PredictionView page={page} />
      <Pad page={page} />
      <Controls page={page} />
      <div class="insight">
        <Ribbon history={page.drawing.history} scheme={page.theme.scheme}>
          <ExplanationLegend page={page}>{texts.value.draw.mind}</ExplanationLegend>
        </Ribbon>
        <ModelView ink={page.drawing.ink} scheme={page.theme.scheme} model={page.room.model.value} />
      </div>
      <p class="unseen" aria-live="polite">
        {page.announced}
      </p>
    </section>
  );
}
