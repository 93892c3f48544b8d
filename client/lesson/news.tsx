import type { Page } from '../models/page-model.ts';
import { defer } from '../ui/lazy.tsx';
import type { NewsCardProps } from './news-card.tsx';

const LessonCard = defer<{ page: Page }>(() => import('./lesson-card.tsx').then(module => module.LessonCard));
const NewsCard = defer<NewsCardProps>(() => import('./news-card.tsx').then(module => module.NewsCard));

export function News({ page }: { page: Page }) {
  const shown = page.training.news.value;
  const { place } = page.router.route.value;
  const isRunning = page.training.curve.value !== undefined && (place === 'draw' || place === 'wall');
  return (
    <div class="news-place">
      {shown === undefined && isRunning && <LessonCard page={page} />}
      <div role="status" aria-live="polite" class="news-status">
        {shown !== undefined && <NewsCard page={page} shown={shown} />}
      </div>
    </div>
  );
}
