import { texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';
import { learningCaption, shareDone } from '../models/training-captions.ts';
import { Rich } from './rich.tsx';

/** The product's tagline; the progress of a job while one runs. */
export function Tagline({ page }: { page: Page }) {
  // Draw and the wall show the lesson itself.
  const training = page.router.route.value.place === 'lab' ? page.training.running.value : undefined;
  if (training === undefined) {
    return (
      <p class="story">
        <Rich text={texts.value.story} />
      </p>
    );
  }
  return (
    <p class="story learning" data-testid="learning">
      <em>{learningCaption(training)}</em>
      <span class="learning-track" aria-hidden="true">
        <span class="learning-fill" style={{ transform: `scaleX(${shareDone(training)})` }} />
      </span>
    </p>
  );
}
