import type { StartTrainingModel } from '../lab-models/start-training-model.ts';
import { labTexts } from '../language/lab-texts.ts';
import { digits } from '../ui/bars.tsx';
import { Rich } from '../ui/rich.tsx';

const maxListed = 3;

/** The digits that it reads wrong most often, and what helps. */
export function Unsure({ start }: { start: StartTrainingModel }) {
  const text = labTexts.value.unsure;
  const state = start.state.value;
  if (state === undefined) return null;
  const { labelled, wrong, untrained } = state;
  const confused = digits
    .filter(digit => wrong[digit] > 0)
    .sort((one, other) => wrong[other] - wrong[one])
    .slice(0, maxListed);
  const isEmpty = labelled.every(count => count === 0);
  return (
    <section class="unsure" aria-labelledby="unsure-title">
      <header class="section-head">
        <h2 id="unsure-title">{text.title}</h2>
      </header>
      {confused.length === 0 && <p class="empty">{isEmpty ? text.nothing : text.none}</p>}
      <ul class="unsure-list">
        {confused.map(digit => (
          <li key={digit}>
            <Rich text={text.wrong(digit, wrong[digit], labelled[digit])} />
          </li>
        ))}
      </ul>
      {confused.length > 0 && untrained === 0 && <p class="unsure-next">{text.next(confused[0])}</p>}
    </section>
  );
}
