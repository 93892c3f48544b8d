import type { Training } from '../../shared/training-protocol.ts';
import { texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';
import { defer } from './lazy.tsx';
import { Rich } from './rich.tsx';

const LearningLine = defer<{ training: Training }>(() =>
  import('./learning-line.tsx').then(module => module.LearningLine),
);

/** The product's tagline; the progress of a job while one runs. */
export function Tagline({ page }: { page: Page }) {
  // Draw and the wall show the job itself.
  const training = page.router.route.value.place === 'lab' ? page.training.running.value : undefined;
  if (training !== undefined) return <LearningLine training={training} />;
  return (
    <p class="story">
      <Rich text={texts.value.story} />
    </p>
  );
}
