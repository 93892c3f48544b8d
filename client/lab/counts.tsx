import { labTexts } from '../language/lab-texts.ts';
import { digits } from '../ui/bars.tsx';

interface CountsProps {
  /** number[10] */
  labelled: readonly number[];
  wrong: readonly number[];
}

/** Labels of each digit, and the share whose prediction was wrong. */
export function Counts({ labelled, wrong }: CountsProps) {
  const text = labTexts.value.teach;
  const max = Math.max(1, ...labelled);
  return (
    <figure class="counts">
      <ol class="counts-bars">
        {digits.map(digit => (
          <li key={digit} class="counts-bar">
            <span class="unseen">{text.digit(digit, labelled[digit], wrong[digit])}</span>
            <span class="counts-number" aria-hidden="true">
              {labelled[digit] > 0 ? labelled[digit] : ''}
            </span>
            <span class="counts-track" aria-hidden="true">
              <span class="counts-fill" style={{ height: `${(100 * labelled[digit]) / max}%` }}>
                <span
                  class="counts-wrong"
                  style={{ height: `${(100 * wrong[digit]) / Math.max(1, labelled[digit])}%` }}
                />
              </span>
            </span>
            <span class="counts-digit" aria-hidden="true">
              {digit}
            </span>
          </li>
        ))}
      </ol>
      <figcaption>
        <span class="key-title">{text.said}</span>
        <span class="key key-right">{text.readRight}</span>
        <span class="key key-wrong">{text.readWrong}</span>
      </figcaption>
    </figure>
  );
}
