import '../css/lesson.css';
import type { DigitChange } from '../../shared/protocol.ts';
import { verdictTexts } from '../language/verdict-texts.ts';

export interface VerdictDetailsProps {
  digits: readonly DigitChange[];
}

/** How many of the taught drawings are read right now, digit by digit, and how many were before. */
export function VerdictDetails({ digits }: VerdictDetailsProps) {
  const text = verdictTexts.value.digits;
  return (
    <div class="verdict-details">
      <p class="unseen">{text.title}</p>
      <ul class="digit-changes">
        {digits.map(({ digit, count, before, after }) => (
          <li
            key={digit}
            class="digit-change"
            data-change={after > before ? 'better' : after < before ? 'worse' : 'same'}
          >
            <span class="unseen">{text.spoken(digit, { before, after, count })}</span>
            <span class="digit-change-digit" aria-hidden="true">
              {digit}
            </span>
            <span class="digit-change-track" aria-hidden="true">
              <span class="digit-change-after" style={{ width: `${(100 * after) / count}%` }} />
              <span class="digit-change-before" style={{ left: `${(100 * before) / count}%` }} />
            </span>
            <span class="digit-change-figure" aria-hidden="true">
              {text.change(before, after, count)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
