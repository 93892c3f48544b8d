import '../css/set-aside.css';
import type { Sample } from '../../shared/http-api.ts';
import type { Theme } from '../browser/theme.ts';
import type { SetAsideModel } from '../lab-models/set-aside-model.ts';
import { count } from '../models/captions.ts';
import { SampleInk } from './drawings.tsx';

interface SetAsideProps {
  model: SetAsideModel;
  scheme: Theme['scheme'];
}

/** Labels that teach nothing until a host accepts them, by person, with what both witnesses read. */
export function SetAside({ model, scheme }: SetAsideProps) {
  const people = model.people.value;
  if (people.length === 0) return null;
  return (
    <section class="set-aside" aria-label="Set aside">
      <header class="section-head">
        <h2>Set aside</h2>
        <p class="soft">Both nets surely read another digit. You decide who is right.</p>
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
              <span>{count(samples.length, 'label')} from one person</span>
              <button type="button" class="button" onClick={() => void model.accept(samples)}>
                Accept
              </button>
              <button type="button" class="button" onClick={() => void model.drop(samples)}>
                Drop
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
  const { champion, plain } = setAside;
  return (
    <li>
      <span class="sample-ink">
        <SampleInk sample={sample} scheme={scheme} />
      </span>
      <span>
        They say <b>{label}</b>
      </span>
      <span class="soft">
        It reads {champion.digit} ({percent(champion.probability)}), plain MNIST {plain.digit} (
        {percent(plain.probability)})
      </span>
    </li>
  );
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
