import '../css/lesson.css';
import type { Training } from '../../shared/protocol.ts';
import { count } from '../models/captions.ts';
import type { Page } from '../models/page-model.ts';
import { shareDone } from '../models/training-captions.ts';
import { paintAccuracy } from '../paint/curves.ts';
import { CanvasView } from './canvas-view.tsx';

/** The running lesson, for everybody in the room. */
export function LessonCard({ page }: { page: Page }) {
  const lesson = page.training.lesson.value;
  if (lesson === undefined) return null;
  const { training, steps } = lesson;
  const share = shareDone(training);
  return (
    <section class="lesson" data-phase={training.phase} data-testid="learning" aria-label="The lesson">
      <p class="lesson-who">{whoCaption(training)}</p>
      <p class="lesson-phase">
        <span aria-hidden="true">{phaseCaption(training)}</span>
        <span class="unseen" role="status">
          {phaseNames[training.phase]}
        </span>
      </p>
      <div
        class="learning-track"
        role="progressbar"
        aria-label="The lesson"
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
              const now = page.training.lesson.value;
              if (now !== undefined) paintAccuracy(sheet, now.steps, now.training.steps);
            }}
          />
          <figcaption>read right while practising</figcaption>
        </figure>
      )}
    </section>
  );
}

function whoCaption({ taught, where, device }: Training): string {
  const learner =
    where === 'server' ? 'Learning from the room' : `Learning on ${device ?? 'a visitor’s device'}`;
  if (taught === undefined) return learner;
  const people = taught.people === 1 ? '1 person' : `${taught.people} people`;
  return `${learner}: ${count(taught.drawings, 'drawing')} by ${people}`;
}

const phaseNames: Record<Training['phase'], string> = {
  queued: 'Waiting for its turn',
  measuring: 'Looking at what it knows',
  training: 'Practising',
  judging: 'Taking the exam',
  promoted: '',
  refused: '',
  failed: '',
  cancelled: '',
};

function phaseCaption({ phase, step, steps }: Training): string {
  return phase === 'training' && steps > 0 ? `Practising ${step} of ${steps}` : phaseNames[phase];
}
