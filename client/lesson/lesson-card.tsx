import '../css/lesson.css';
import type { Training } from '../../shared/training-protocol.ts';
import { verdictTexts } from '../language/verdict-texts.ts';
import type { Page } from '../models/page-model.ts';
import { phaseNames, shareDone } from '../models/training-captions.ts';
import { paintAccuracy } from '../paint/curves.ts';
import { CanvasView } from '../ui/canvas-view.tsx';

/** The running lesson, for everybody in the room. */
export function LessonCard({ page }: { page: Page }) {
  const curve = page.training.curve.value;
  if (curve === undefined) return null;
  const { training, steps } = curve;
  const share = shareDone(training);
  const text = verdictTexts.value.lesson;
  return (
    <section class="lesson" data-phase={training.phase} data-testid="learning" aria-label={text.title}>
      <p class="lesson-who">{whoCaption(training)}</p>
      <p class="lesson-phase">
        <span aria-hidden="true">{phaseCaption(training)}</span>
        <span class="unseen" role="status">
          {phaseName(training.phase)}
        </span>
      </p>
      <div
        class="learning-track"
        role="progressbar"
        aria-label={text.title}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(100 * share)}
      >
        <span class="learning-fill" style={{ transform: `scaleX(${share})` }} />
      </div>
      {steps.length > 0 && (
        <figure class="lesson-curve">
          <CanvasView
            class="curve-canvas"
            scheme={page.theme.scheme}
            paint={sheet => {
              const now = page.training.curve.value;
              if (now !== undefined) paintAccuracy(sheet, now.steps, now.training.steps);
            }}
          />
          <figcaption>{text.curve}</figcaption>
        </figure>
      )}
    </section>
  );
}

function whoCaption({ taught, where, device }: Training): string {
  const text = verdictTexts.value.lesson;
  if (taught !== undefined)
    return where === 'server' ? text.who(taught) : text.whoOn(taught, device ?? text.aDevice);
  return where === 'server' ? text.room : text.device(device ?? text.aDevice);
}

function phaseCaption({ phase, step, steps }: Training): string {
  return phase === 'training' && steps > 0
    ? verdictTexts.value.phases.trainingStep(step, steps)
    : phaseName(phase);
}

const phaseName = (phase: Training['phase']) =>
  phaseNames('server').find(each => each.phase === phase)?.name ?? '';
