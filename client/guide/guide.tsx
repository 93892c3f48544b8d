import '../css/guide.css';
import { useComputed } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { pathOf } from '../browser/router.ts';
import { openStore } from '../browser/storage.ts';
import { guideTexts } from '../language/guide-texts.ts';
import { labTexts } from '../language/lab-texts.ts';
import type { Page } from '../models/page-model.ts';
import { paintTile } from '../paint/ink-painter.ts';
import { CanvasView } from '../ui/canvas-view.tsx';
import { createGuide, type GuideState } from './guide-model.ts';

/** The first minute, over the pad. Only this page sees it. */
export function Guide({ page }: { page: Page }) {
  const isQuiet = useComputed(
    () => page.connection.link.value.state === 'live' && page.room.tiles.value.length === 0,
  );
  const guide = useMemo(
    () =>
      createGuide({
        api: page.api,
        store: openStore(() => localStorage, 'inkling.'),
        isQuiet,
        blank: page.drawing.blank,
        still: matchMedia('(prefers-reduced-motion: reduce)').matches,
        wait: page.wait,
      }),
    [page],
  );
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Escape') guide.skip();
    };
    addEventListener('keydown', press);
    return () => {
      removeEventListener('keydown', press);
      guide.stop();
    };
  }, [guide]);
  const state = guide.state.value;
  const text = guideTexts.value;
  const isShown = state.at !== 'off' && state.at !== 'drawing';
  return (
    <div class="guide" data-at={state.at} data-testid="guide">
      <CanvasView
        class="guide-ink"
        scheme={page.theme.scheme}
        paint={sheet => {
          const ink = guide.ink.value;
          paintTile(sheet, { strokes: ink.length === 0 ? [] : [ink], redrawn: 0 });
        }}
      />
      <div class="guide-say" role="status" data-shown={isShown}>
        {isShown && <Words state={state} />}
      </div>
      {isShown && (
        <p class="guide-acts">
          {state.at === 'invent' && (
            <a class="button guide-link" href={pathOf({ ...page.router.route.value, place: 'lab' })}>
              {text.guide.toLab}
            </a>
          )}
          <button type="button" class="button" onClick={guide.skip}>
            {state.at === 'invent' ? text.guide.good : text.help.skip}
          </button>
        </p>
      )}
    </div>
  );
}

function Words({ state }: { state: GuideState }) {
  const text = guideTexts.value.guide;
  switch (state.at) {
    case 'writing':
      return <p>{text.vienna}</p>;
    case 'read':
      return <p>{state.sentence}</p>;
    case 'yours':
      return <p>{text.yours}</p>;
    case 'invent':
      return (
        <>
          <p>{text.invent}</p>
          <p class="guide-how">{text.how(labTexts.value.teach.start)}</p>
        </>
      );
    default:
      return null;
  }
}
