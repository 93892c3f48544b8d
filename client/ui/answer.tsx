import { useComputed } from '@preact/signals';
import type { Page } from '../page.ts';
import { Bars } from './bars.tsx';

/** The numeral, the line about it, the ten bars. */
export function Answer({ page }: { page: Page }) {
  return (
    <div class="answer">
      <Numeral page={page} />
      <p class="caption">{page.caption}</p>
      <Bars page={page} />
    </div>
  );
}

function Numeral({ page }: { page: Page }) {
  const digit = useComputed(() => ('digit' in page.reading.value ? `${page.reading.value.digit}` : ''));
  const opacity = useComputed(() =>
    'probability' in page.reading.value ? 0.2 + 0.8 * page.reading.value.probability ** 1.5 : 0,
  );
  return (
    <p class="numeral" data-state={page.reading.value.state} aria-hidden="true" data-testid="numeral">
      <span style={{ opacity: opacity.value }}>{digit}</span>
    </p>
  );
}
