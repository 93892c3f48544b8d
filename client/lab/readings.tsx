import { topDigit } from '../../shared/distribution.ts';
import type { Prediction, Sample } from '../../shared/http-api.ts';
import { labTexts } from '../language/lab-texts.ts';
import { percent } from '../language/language.ts';
import { digits } from '../ui/bars.tsx';

interface ReadingsProps {
  sample: Sample;
  prediction: Prediction | undefined;
}

/** The stored probabilities of each digit, and beside them those of a new prediction. */
export function Readings({ sample, prediction }: ReadingsProps) {
  const text = labTexts.value.sheet;
  const then = sample.probabilities;
  const now = prediction?.probabilities;
  return (
    <figure class="readings">
      <div class="readings-bars" aria-hidden="true">
        {digits.map(digit => (
          <span key={digit} class="reading">
            <span class="reading-track">
              <span class="reading-then" style={{ height: `${100 * (then?.[digit] ?? 0)}%` }} />
              {now !== undefined && <span class="reading-now" style={{ height: `${100 * now[digit]}%` }} />}
            </span>
            {digit}
          </span>
        ))}
      </div>
      <figcaption aria-live="polite">
        <span class="key key-then">{then === null ? text.atFirst : text.atFirstRead(...topOf(then))}</span>
        {prediction !== undefined && (
          <span class="key key-now" data-testid="predicted">
            {text.now(...topOf(prediction.probabilities))}
          </span>
        )}
      </figcaption>
    </figure>
  );
}

function topOf(probabilities: readonly number[]): [number, string] {
  const top = topDigit(probabilities);
  return [top, percent(probabilities[top])];
}
