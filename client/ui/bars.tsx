import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { topDigit } from '../../shared/distribution.ts';
import { percent, texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';

export const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Ten bars, which are also the label buttons. The effect fills them without rendering: predictions come often. */
export function Bars({ page }: { page: Page }) {
  const list = useRef<HTMLDivElement>(null);

  useSignalEffect(() => {
    const probabilities = page.drawing.guess.value?.probabilities;
    const top = probabilities === undefined ? -1 : topDigit(probabilities);
    digits.forEach(digit => {
      const button = list.current?.children[digit];
      if (!(button instanceof HTMLElement)) return;
      const probability = probabilities?.[digit] ?? 0;
      button.style.setProperty('--share', `${probability}`);
      button.dataset.top = `${digit === top}`;
      button.title = probabilities === undefined ? '' : percent(probability);
    });
  });

  const label = page.label.value;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a style of its own and the same meaning
    <div ref={list} class="bars" role="group" aria-label={texts.value.draw.whatItIs}>
      {digits.map(digit => (
        <button
          key={digit}
          type="button"
          class="bar"
          disabled={page.drawing.blank.value}
          aria-pressed={label?.digit === digit}
          data-label={label?.digit === digit ? label.state : undefined}
          onClick={() => page.setLabel(digit)}
        >
          <span class="bar-digit">{digit}</span>
          <span class="bar-track" aria-hidden="true">
            <span class="bar-fill" />
          </span>
        </button>
      ))}
    </div>
  );
}
