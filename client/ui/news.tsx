import type { Page } from '../models/page-model.ts';
import { newsTitle } from '../models/training-captions.ts';
import { PencilMark } from './pencil-mark.tsx';

export function News({ page }: { page: Page }) {
  const { news, dismiss } = page.training;
  const shown = news.value;
  return (
    <div class="news-place" role="status" aria-live="polite">
      {shown !== undefined && (
        <div class="news" data-kind={shown.kind}>
          <PencilMark kind={shown.kind === 'promoted' || shown.kind === 'switched' ? 'tick' : 'cross'} />
          <p class="news-title">{newsTitle(shown)}</p>
          {'message' in shown && <p class="news-message">{shown.message}</p>}
          <button type="button" class="tool news-close" aria-label="Close" onClick={dismiss}>
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <path d="M6 6l12 12M18 6L6 18" />
            </svg>
          </button>
        </div>
      )}
    </div>
  );
}
