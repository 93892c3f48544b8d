import '../css/help.css';
import { useEffect } from 'preact/hooks';
import { topDigit } from '../../shared/distribution.ts';
import type { Sample } from '../../shared/http-api.ts';
import { bindKeys } from '../input/keyboard.ts';
import type { LabModel } from '../lab-models/lab-model.ts';
import { type NextStep, nextStep } from '../lab-models/next-step.ts';
import { guideTexts } from '../language/guide-texts.ts';
import { labTexts } from '../language/lab-texts.ts';
import type { Page } from '../models/page-model.ts';
import { digits } from '../ui/bars.tsx';
import { SampleInk } from './drawings.tsx';

/** The drawings that the model is least sure of, one at a time, and what to do next. */
export function Help({ page, lab }: { page: Page; lab: LabModel }) {
  const { help, start } = lab;
  const sample = help.current.value;
  const step = nextStep({ training: page.training.training.value, state: start.state.value });
  useEffect(() => bindKeys(keysOf(lab)), [lab]);
  const text = guideTexts.value.help;
  return (
    <section class="help" aria-label={text.title} data-testid="help">
      {step !== undefined && (
        <p class="next-step" data-testid="next-step">
          {nextStepText(step)}
        </p>
      )}
      {(sample !== undefined || help.given.value > 0) && (
        <div class="help-sheet">
          <div class="help-ink">
            {sample !== undefined && <SampleInk key={sample.id} sample={sample} scheme={page.theme.scheme} />}
          </div>
          <div class="help-side">
            <h2>{text.title}</h2>
            <p class="help-question" role="status">
              {sample === undefined ? text.last : question(sample)}
            </p>
            {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a style of its own and the same meaning */}
            <div class="labels" role="group" aria-label={text.what}>
              {digits.map(digit => (
                <button
                  key={digit}
                  type="button"
                  class="button label"
                  disabled={sample === undefined}
                  onClick={() => void help.label(digit)}
                >
                  {digit}
                </button>
              ))}
            </div>
            <div class="help-acts">
              <button type="button" class="button" disabled={sample === undefined} onClick={help.skip}>
                {text.skip}
              </button>
              <button
                type="button"
                class="button"
                disabled={!help.mayTakeBack.value}
                onClick={() => void help.takeBack()}
              >
                {text.takeBack}
              </button>
              <p class="soft">{text.count(help.given.value, help.left.value)}</p>
            </div>
            <p class="refusal" role="alert">
              {help.refusal.value}
            </p>
          </div>
        </div>
      )}
    </section>
  );
}

function nextStepText(step: NextStep): string {
  const text = guideTexts.value.next;
  return step === 'teach' ? text.teach(labTexts.value.teach.start) : text[step];
}

/** A drawing that is open in the dialog has its own buttons. */
const unlessDialog =
  <Arguments extends unknown[]>(run: (...given: Arguments) => void) =>
  (...given: Arguments) => {
    if (document.querySelector('dialog[open]') === null) run(...given);
  };

const keysOf = ({ help }: LabModel) => ({
  label: unlessDialog((digit: number) => void help.label(digit)),
  next: unlessDialog(help.skip),
  undo: unlessDialog(() => void help.takeBack()),
  confirm() {},
});

function question({ probabilities }: Sample): string {
  const text = guideTexts.value.help;
  if (probabilities === null) return text.ask;
  const first = topDigit(probabilities);
  const second = topDigit(probabilities.map((each, digit) => (digit === first ? -1 : each)));
  return text.either(first, second);
}
