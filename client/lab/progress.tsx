import type { Theme } from '../browser/theme.ts';
import { labTexts } from '../language/lab-texts.ts';
import { verdictTexts } from '../language/verdict-texts.ts';
import { newsTitle, phaseNames, shareDone } from '../models/training-captions.ts';
import { endOf, type TrainingModel } from '../models/training-model.ts';
import { paintAccuracy, paintLoss } from '../paint/curves.ts';
import { CanvasView } from '../ui/canvas-view.tsx';

interface ProgressProps {
  /** The server's job, or this browser's. */
  training: JobSignals;
  scheme: Theme['scheme'];
}

type JobSignals = Pick<TrainingModel, 'training' | 'steps'>;

export function Progress({ training: model, scheme }: ProgressProps) {
  const training = model.training.value;
  if (training === undefined) return null;
  const end = endOf(training);
  const phases = phaseNames(training.where);
  const text = labTexts.value.teach;
  const at = phases.findIndex(({ phase }) => phase === training.phase);
  const { step, steps } = training;
  return (
    <div class="progress" data-phase={training.phase}>
      {end === undefined ? (
        <>
          <ol class="stations">
            {phases.map(({ phase, name }, i) => (
              <li key={phase} class="station" aria-current={i === at ? 'step' : undefined} data-done={i < at}>
                {i === at && phase === 'training' && steps > 0
                  ? verdictTexts.value.phases.trainingStep(step, steps)
                  : name}
              </li>
            ))}
          </ol>
          <div
            class="learning-track"
            role="progressbar"
            aria-label={text.progress}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(100 * shareDone(training))}
          >
            <span class="learning-fill" style={{ transform: `scaleX(${shareDone(training)})` }} />
          </div>
        </>
      ) : (
        <p class="progress-end" data-end={end}>
          {newsTitle({ kind: end, message: '', version: undefined }, undefined)}{' '}
          {end !== 'promoted' && end !== 'refused' && training.message}
        </p>
      )}
      {model.steps.value.length > 0 && (
        <div class="curves">
          <figure>
            <CanvasView
              class="curve"
              scheme={scheme}
              paint={sheet => paintAccuracy(sheet, model.steps.value, stepsOf(model))}
            />
            <figcaption>{text.curve}</figcaption>
          </figure>
          <details class="more-figures">
            <summary>{text.details}</summary>
            <figure>
              <CanvasView
                class="curve"
                scheme={scheme}
                paint={sheet => paintLoss(sheet, model.steps.value, stepsOf(model))}
              />
              <figcaption>{text.loss}</figcaption>
            </figure>
          </details>
        </div>
      )}
    </div>
  );
}

const stepsOf = ({ training }: JobSignals) => training.value?.steps ?? 0;
