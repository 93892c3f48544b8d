import '../css/set-aside.css';
import type { Sample } from '../../shared/http-api.ts';
import type { Theme } from '../browser/theme.ts';
import type { SetAsideModel } from '../lab-models/set-aside-model.ts';
import { labTexts } from '../language/lab-texts.ts';
import { percent } from '../language/language.ts';
import { Rich } from '../ui/rich.tsx';
import { SampleInk } from './drawings.tsx';

interface SetAsideProps {
  model: SetAsideModel;
  scheme: Theme['scheme'];
}

/** Labels that teach nothing until a host accepts them, by person, with what both witnesses read. */
export function SetAside({ model, scheme }: SetAsideProps) {
  const people = model.people.value;
  if (people.length === 0) return null;
  const text = labTexts.value.setAside;
  return (
    <section class="set-aside" aria-label={text.title}>
      <header class="section-head">
        <h2>{text.title}</h2>
        <p class="soft">{text.advice}</p>
      </header>
      {model.refusal.value !== undefined && (
        <p class="refusal" role="alert">
          {model.refusal.value}
        </p>
      )}
      <ul class="set-aside-people">
        {people.map(({ person, samples }) => (
          <li key={person}>
            <p class="set-aside-acts">
              <span>{text.from(samples.length)}</span>
              <button type="button" class="button" onClick={() => void model.accept(samples)}>
                {text.accept}
              </button>
              <button type="button" class="button" onClick={() => void model.drop(samples)}>
                {text.drop}
              </button>
            </p>
            <ul class="set-aside-labels">
              {samples.map(sample => (
                <Label key={`${sample.id}`} sample={sample} scheme={scheme} />
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Label({ sample, scheme }: { sample: Sample; scheme: Theme['scheme'] }) {
  const { label, setAside } = sample;
  if (setAside === undefined) return null;
  const text = labTexts.value.setAside;
  const { champion, plain } = setAside;
  return (
    <li>
      <span class="sample-ink">
        <SampleInk sample={sample} scheme={scheme} />
      </span>
      <span>
        <Rich text={text.say(label ?? 0)} />
      </span>
      <span class="soft">
        {text.reads(
          { digit: champion.digit, sure: percent(champion.probability) },
          { digit: plain.digit, sure: percent(plain.probability) },
        )}
      </span>
    </li>
  );
}
