import type { SetFigures } from '../../shared/http-api.ts';
import { axisFloor } from '../lab-models/version-chart.ts';
import { labTexts } from '../language/lab-texts.ts';
import { digits } from '../ui/bars.tsx';
import { accuracyOf, percent } from './share.ts';

interface PerDigitProps {
  title: string;
  before: SetFigures;
  after: SetFigures | undefined;
  /** Text for an empty set. */
  none?: string;
}

/** The accuracy of each digit: a ring for before, a dot for after. */
export function PerDigit({ title, before, after, none }: PerDigitProps) {
  const text = labTexts.value.learned;
  if (before.count === 0) {
    return (
      <figure class="per-digit">
        <figcaption>{title}</figcaption>
        <p class="empty">{none}</p>
      </figure>
    );
  }
  const counted = digits.filter(digit => countOf(before, digit) > 0);
  const shares = counted.flatMap(digit => [before.perDigit[digit], after?.perDigit[digit] ?? 1]);
  // At most 0.95: a closer axis would exaggerate one digit in five hundred.
  const floor = Math.min(0.95, axisFloor(shares));
  const at = (value: number) => `${(100 * (value - floor)) / (1 - floor)}%`;
  return (
    <figure class="per-digit">
      <figcaption>
        {title}{' '}
        <strong>
          {accuracyOf(before)}
          {after !== undefined && ` → ${accuracyOf(after)}`}
        </strong>
      </figcaption>
      <ol>
        {counted.map(digit => {
          const was = before.perDigit[digit];
          const is = after?.perDigit[digit] ?? was;
          const [low, high] = was < is ? [was, is] : [is, was];
          return (
            <li key={digit} class="pair" data-change={changeOf(was, is)}>
              <span class="pair-digit">{digit}</span>
              <span class="pair-track" aria-hidden="true">
                <span class="pair-line" style={{ left: at(low), right: `calc(100% - ${at(high)})` }} />
                <span class="pair-before" style={{ left: at(was) }} />
                {after !== undefined && <span class="pair-after" style={{ left: at(is) }} />}
              </span>
              <span class="pair-figure">
                <span class="unseen">
                  {after === undefined ? text.was(percent(was)) : text.change(percent(was), percent(is))}
                </span>
                <span aria-hidden="true">{percent(is)}</span>
              </span>
            </li>
          );
        })}
      </ol>
      <p class="pair-axis" aria-hidden="true">
        <span>{percent(floor)}</span>
        <span class="pair-legend">{text.legend}</span>
        <span>{percent(1)}</span>
      </p>
    </figure>
  );
}

const countOf = ({ confusion }: SetFigures, digit: number) =>
  confusion[digit].reduce((sum, count) => sum + count, 0);

function changeOf(was: number, is: number): 'better' | 'worse' | 'same' {
  if (is === was) return 'same';
  return is > was ? 'better' : 'worse';
}
