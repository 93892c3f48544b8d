import type { Page } from '../models/page-model.ts';
import { newsTitle } from '../models/training-captions.ts';
import { PencilMark } from './pencil-mark.tsx';

/** What the whole room is told: it learned, or it did not and why. */
export function News({ page }: { page: Page }) {
  const { news, dismiss } = page.training;
  const told = news.value;
  return (
    <div class="news-place" role="status" aria-live="polite">
      {told !== undefined && (
        <div class="news" data-kind={told.kind}>
          <PencilMark kind={told.kind === 'promoted' || told.kind === 'switched' ? 'tick' : 'cross'} />
          <p class="news-title">{newsTitle(told)}</p>
          {'message' in told && <p class="news-message">{told.message}</p>}
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
