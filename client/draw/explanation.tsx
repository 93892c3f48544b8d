import { texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';
import { defer } from '../ui/lazy.tsx';

const Ink = defer<{ page: Page }>(async () => (await import('./explanation-shown.tsx')).ExplanationInk);
const Legend = defer<{ page: Page }>(async () => (await import('./explanation-shown.tsx')).ExplanationLegend);

/** Whether the ink is coloured by what it speaks for. */
export const isExplained = (page: Page): boolean => page.explanation.state.value.state === 'shown';

export const ExplanationInk = ({ page }: { page: Page }) => (isExplained(page) ? <Ink page={page} /> : null);
export const ExplanationLegend = Legend;

export function ExplanationButton({ page }: { page: Page }) {
  const { state: explanation, toggle } = page.explanation;
  const { state } = page.reading.value;
  const shown = explanation.value.state === 'shown';
  return (
    <button
      type="button"
      class="button"
      disabled={(state === 'blank' || state === 'reading') && !shown}
      aria-pressed={shown}
      aria-busy={explanation.value.state === 'asking'}
      onClick={toggle}
    >
      {texts.value.draw.why}
    </button>
  );
}
