import type { News as Told } from '../models/training-model.ts';
import { newsTitle } from '../models/training-phrases.ts';
import type { Page } from '../page.ts';

/** What the whole room is told: it learned, or it did not and why. */
export function News({ page }: { page: Page }) {
  const { news, dismiss } = page.training;
  const told = news.value;
  return (
    <div class="news-place" role="status" aria-live="polite">
      {told !== undefined && (
        <div class="news" data-kind={told.kind}>
          <Pencil kind={told.kind} />
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

/** The teacher's mark in the margin. */
function Pencil({ kind }: { kind: Told['kind'] }) {
  const good = kind === 'promoted' || kind === 'switched';
  return (
    <svg class="news-mark" viewBox="0 0 48 48" aria-hidden="true">
      <path
        pathLength="1"
        d={good ? 'M5 27c4 3 8 8 11 15C22 28 31 14 44 4' : 'M7 9c9 11 20 22 33 31M41 7C31 17 18 30 8 42'}
      />
    </svg>
  );
}
