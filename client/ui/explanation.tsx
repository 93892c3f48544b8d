import type { ComponentChildren } from 'preact';
import { explanationCaption } from '../models/captions.ts';
import type { Page } from '../models/page-model.ts';
import { paintExplanation } from '../paint/explanation-painter.ts';
import { CanvasView } from './canvas-view.tsx';

/** Asks what made the model say what it says, and says what the colours mean. */
export function ExplanationButton({ page }: { page: Page }) {
  const { state: why, toggle } = page.explanation;
  const { state } = page.reading.value;
  const shown = why.value.state === 'shown';
  return (
    <button
      type="button"
      class="button"
      disabled={(state === 'blank' || state === 'reading') && !shown}
      aria-pressed={shown}
      aria-busy={why.value.state === 'asking'}
      onClick={toggle}
    >
      Why?
    </button>
  );
}

/** Colour on the ink. */
export function ExplanationInk({ page }: { page: Page }) {
  return (
    <CanvasView
      class="ink why-ink"
      scheme={page.theme.scheme}
      paint={sheet => {
        const now = page.explanation.state.value;
        paintExplanation(
          sheet,
          now.state === 'shown' ? { strokes: now.strokes, effects: now.explanation.effects } : undefined,
        );
      }}
    />
  );
}

/** What the colours mean while there are any, else its children. */
export function ExplanationLegend({ page, children }: { page: Page; children: ComponentChildren }) {
  const now = page.explanation.state.value;
  if (now.state !== 'shown') return <>{children}</>;
  const { digit } = now.explanation;
  return (
    <span class="why-legend" data-testid="why">
      <span class="why-swatch why-towards" aria-hidden="true" /> speaks for {digit},{' '}
      <span class="why-swatch why-against" aria-hidden="true" /> against it.
      <span class="unseen" role="status">
        {explanationCaption(now.explanation)}
      </span>
    </span>
  );
}
