import { useEffect } from 'preact/hooks';
import { bindKeys } from '../input/keyboard.ts';
import type { Page } from '../models/page-model.ts';
import { Answer } from './answer.tsx';
import { Controls } from './controls.tsx';
import { ModelView } from './model-view.tsx';
import { Pad } from './pad.tsx';
import { Ribbon } from './ribbon.tsx';
import { ExplanationLegend } from './why.tsx';

/** Where one draws: the answer, the pad, what can be done, how the mind moved. */
export function Desk({ page }: { page: Page }) {
  useEffect(
    () =>
      bindKeys({
        label: page.announceDigit,
        confirm: page.confirm,
        next: page.next,
        undo: page.drawing.undo,
      }),
    [page],
  );
  return (
    <section class="desk" aria-label="Draw">
      <Answer page={page} />
      <Pad page={page} />
      <Controls page={page} />
      <div class="insight">
        <Ribbon moments={page.drawing.moments} look={page.theme.look}>
          <ExplanationLegend page={page}>How its mind moved</ExplanationLegend>
        </Ribbon>
        <ModelView ink={page.drawing.ink} look={page.theme.look} version={page.room.model.value?.version} />
      </div>
      <p class="unseen" aria-live="polite">
        {page.announced}
      </p>
    </section>
  );
}
