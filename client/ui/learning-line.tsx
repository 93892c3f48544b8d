import type { Training } from '../../shared/training-protocol.ts';
import { learningCaption, shareDone } from '../models/training-captions.ts';

/** The progress of a job, in the place of the tagline. */
export function LearningLine({ training }: { training: Training }) {
  return (
    <p class="story learning" data-testid="learning">
      <em>{learningCaption(training)}</em>
      <span class="learning-track" aria-hidden="true">
        <span class="learning-fill" style={{ transform: `scaleX(${shareDone(training)})` }} />
      </span>
    </p>
  );
}
