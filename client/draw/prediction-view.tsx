import { useComputed } from '@preact/signals';
import { texts } from '../language/language.ts';
import { opinionCaption } from '../models/captions.ts';
import type { Page } from '../models/page-model.ts';
import type { Reading } from '../pad/reading.ts';
import { Bars } from '../ui/bars.tsx';

export function PredictionView({ page }: { page: Page }) {
  return (
    <div class="answer">
      <div class="answer-parts">
        <Numeral page={page} />
        <p class="caption">
          {page.caption} <SecondOpinion page={page} />
        </p>
        <Bars page={page} />
      </div>
    </div>
  );
}

/** The prediction of a net trained on MNIST alone, where it surely differs. */
function SecondOpinion({ page }: { page: Page }) {
  const digit = page.opinion.value;
  if (digit === undefined) return null;
  return (
    <span class="second-opinion" data-testid="second-opinion">
      {opinionCaption(digit)}
    </span>
  );
}

function Numeral({ page }: { page: Page }) {
  const shown = useComputed(() => shownOf(page.reading.value));
  return (
    <p class="numeral" data-state={page.reading.value.state} aria-hidden="true" data-testid="numeral">
      <span style={{ '--shown': shown.value.opacity }}>{shown.value.text}</span>
    </p>
  );
}

function shownOf(reading: Reading): { text: string; opacity: number } {
  switch (reading.state) {
    case 'blank':
    case 'reading':
      return { text: '', opacity: 0 };
    case 'unsure':
      return { text: texts.value.draw.notSure, opacity: 1 };
    case 'undecided':
    case 'decided':
      return { text: `${reading.digit}`, opacity: 0.2 + 0.8 * reading.probability ** 1.5 };
    default:
      return reading satisfies never;
  }
}
