import '../css/lesson.css';
import type { DigitChange } from '../../shared/protocol.ts';

export interface VerdictDetailsProps {
  digits: readonly DigitChange[];
}

/** How many of the taught drawings are read right now, digit by digit, and how many were before. */
export function VerdictDetails({ digits }: VerdictDetailsProps) {
  return (
    <div class="verdict-details">
      <p class="unseen">Of the drawings it was taught, read right before and now:</p>
      <ul class="digit-changes">
        {digits.map(({ digit, count, before, after }) => (
          <li
            key={digit}
            class="digit-change"
            data-change={after > before ? 'better' : after < before ? 'worse' : 'same'}
          >
            <span class="unseen">{`${digit}: ${before} of ${count} before, ${after} now`}</span>
            <span class="digit-change-digit" aria-hidden="true">
              {digit}
            </span>
            <span class="digit-change-track" aria-hidden="true">
              <span class="digit-change-after" style={{ width: `${(100 * after) / count}%` }} />
              <span class="digit-change-before" style={{ left: `${(100 * before) / count}%` }} />
            </span>
            <span class="digit-change-figure" aria-hidden="true">
              {before} → {after} of {count}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
