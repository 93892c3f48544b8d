import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { padUnits } from '../../shared/limits.ts';
import { openStore } from '../browser/storage.ts';
import { bindPadKeys } from '../input/keyboard.ts';
import { bindPointer } from '../input/pointer.ts';
import { texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';
import { bindCanvas } from '../paint/canvas.ts';
import { createPadPainter } from '../paint/ink-painter.ts';
import { createPressures } from '../paint/pressures.ts';
import { defer } from '../ui/lazy.tsx';
import { ExplanationInk } from './explanation.tsx';

const Guide = defer<{ page: Page }>(() => import('../guide/guide.tsx').then(module => module.Guide));
/** The guide remembers a visitor under this key. */
const isNewVisitor = openStore(() => localStorage, 'inkling.').read('guide') === undefined;

export function Pad({ page }: { page: Page }) {
  const pad = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const cursor = useRef<HTMLSpanElement>(null);

  useEffect(() => {
    if (pad.current === null || canvas.current === null) return;
    const { drawing, touchPolicy, keyboardPen } = page;
    const pressures = createPressures(drawing.ink);
    const paint = createPadPainter(pressures.of);
    const stops = [
      bindCanvas(canvas.current, page.theme.scheme, sheet => paint(sheet, drawing.ink.value)),
      bindPadKeys(pad.current, keyboardPen),
      bindPointer(pad.current, {
        ...drawing,
        penDown(x, y) {
          keyboardPen.hide();
          drawing.penDown(x, y);
        },
        penSeen: touchPolicy.penSeen,
        touchDraws: () => !touchPolicy.penOnly.value,
        touchRefused: touchPolicy.refuseFinger,
        pressed(measured, begins) {
          if (begins) pressures.begin();
          pressures.add(measured);
        },
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [page]);

  useSignalEffect(() => {
    const { state, x, y } = page.keyboardPen.cursor.value;
    const mark = cursor.current;
    if (mark === null) return;
    mark.dataset.state = state;
    mark.style.left = `${(100 * x) / (padUnits - 1)}%`;
    mark.style.top = `${(100 * y) / (padUnits - 1)}%`;
  });

  return (
    <div class="pad-place">
      <div
        ref={pad}
        class="pad"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: keys draw on it
        tabIndex={0}
        role="application"
        aria-label={texts.value.draw.pad}
        aria-describedby="pad-keys"
      >
        <canvas ref={canvas} class="ink" />
        <ExplanationInk page={page} />
        <span ref={cursor} class="pad-cursor" data-state="hidden" aria-hidden="true" />
        <p class="pad-notice" role="status">
          {page.touchPolicy.fingerRefused.value && texts.value.draw.fingerRests}
        </p>
        {isNewVisitor && page.room.model.value !== undefined && <Guide page={page} />}
        {page.drawing.blank.value && (
          <span class="pad-hint" aria-hidden="true">
            {texts.value.draw.hint}
          </span>
        )}
        <p id="pad-keys" class="unseen">
          {texts.value.draw.keys}
        </p>
      </div>
    </div>
  );
}
