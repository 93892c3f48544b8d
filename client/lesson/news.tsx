import { texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';
import { newsTitle } from '../models/training-captions.ts';
import { defer } from '../ui/lazy.tsx';
import { PencilMark } from '../ui/pencil-mark.tsx';
import type { VerdictDetailsProps } from './verdict-details.tsx';
import type { VerdictMessageProps } from './verdict-message.tsx';

const LessonCard = defer<{ page: Page }>(() => import('./lesson-card.tsx').then(module => module.LessonCard));
const VerdictMessage = defer<VerdictMessageProps>(() =>
  import('./verdict-message.tsx').then(module => module.VerdictMessage),
);
const VerdictDetails = defer<VerdictDetailsProps>(() =>
  import('./verdict-details.tsx').then(module => module.VerdictDetails),
);

export function News({ page }: { page: Page }) {
  const { news, dismiss } = page.training;
  const shown = news.value;
  const { place } = page.router.route.value;
  const isRunning = page.training.lesson.value !== undefined && (place === 'draw' || place === 'wall');
  return (
    <div class="news-place">
      {shown === undefined && isRunning && <LessonCard page={page} />}
      <div role="status" aria-live="polite" class="news-status">
        {shown !== undefined && (
          <div class="news" data-kind={shown.kind}>
            <PencilMark kind={shown.kind === 'promoted' || shown.kind === 'switched' ? 'tick' : 'cross'} />
            <p class="news-title">{newsTitle(shown, page.room.model.value)}</p>
            {(shown.kind === 'promoted' || shown.kind === 'refused') && (
              <VerdictMessage {...shown} kind={shown.kind} />
            )}
            {'digits' in shown && shown.digits !== undefined && (
              <VerdictDetails page={page} digits={shown.digits} />
            )}
            <button type="button" class="tool news-close" aria-label={texts.value.close} onClick={dismiss}>
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <path d="M6 6l12 12M18 6L6 18" />
              </svg>
            </button>
          </div>
        )}
      </div>
    </div>
  );
}
