import { texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';
import { newsTitle } from '../models/training-captions.ts';
import type { News } from '../models/training-model.ts';
import { PencilMark } from '../ui/pencil-mark.tsx';
import { VerdictDetails } from './verdict-details.tsx';
import { VerdictMessage } from './verdict-message.tsx';

export interface NewsCardProps {
  page: Page;
  shown: News;
}

/** Shows how a job ended, or which version predicts from now on. */
export function NewsCard({ page, shown }: NewsCardProps) {
  return (
    <div class="news" data-kind={shown.kind}>
      <PencilMark kind={shown.kind === 'promoted' || shown.kind === 'switched' ? 'tick' : 'cross'} />
      <p class="news-title">{newsTitle(shown, page.room.model.value)}</p>
      {(shown.kind === 'promoted' || shown.kind === 'refused') && (
        <VerdictMessage {...shown} kind={shown.kind} />
      )}
      {'digits' in shown && shown.digits !== undefined && (
        <VerdictDetails page={page} digits={shown.digits} />
      )}
      <button
        type="button"
        class="tool news-close"
        aria-label={texts.value.close}
        onClick={page.training.dismiss}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M6 6l12 12M18 6L6 18" />
        </svg>
      </button>
    </div>
  );
}
