import { besideTexts } from '../language/beside-texts.ts';
import type { Page } from '../models/page-model.ts';
import { paintExplanation } from '../paint/explanation-painter.ts';
import { CanvasView } from '../ui/canvas-view.tsx';
import { Rich } from '../ui/rich.tsx';
import { explanationCaption } from './explanation-caption.ts';

/** The colours over the ink of the pad. */
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

/** The meaning of the colours while an explanation is shown. */
export function ExplanationLegend({ page }: { page: Page }) {
  const now = page.explanation.state.value;
  if (now.state !== 'shown') return null;
  const { digit } = now.explanation;
  return (
    <span class="why-legend" data-testid="why">
      <Rich
        text={besideTexts.value.why.legend(digit)}
        marks={{
          towards: () => <span class="why-swatch why-towards" aria-hidden="true" />,
          against: () => <span class="why-swatch why-against" aria-hidden="true" />,
        }}
      />
      <span class="unseen" role="status">
        {explanationCaption(now.explanation)}
      </span>
    </span>
  );
}
