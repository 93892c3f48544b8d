import { useEffect, useRef } from 'preact/hooks';
import type { Page } from '../models/page-model.ts';
import { createWallPager, type WallPager } from './wall-pager.ts';

/** The current page of a wall with several pages, and buttons to turn them. */
export function PageTurner({ page: { connection, room, wait } }: { page: Page }) {
  const pager = useRef<WallPager | null>(null);
  useEffect(() => {
    pager.current = createWallPager({ connection, room, wait });
    return pager.current.stop;
  }, [room]);
  const pages = room.pages.value;
  if (pages === 1) return null;
  return (
    <nav class="turner" aria-label="Pages of the wall">
      <button type="button" class="button" aria-label="Page before" onClick={() => pager.current?.turn(-1)}>
        ‹
      </button>
      <p>
        Page <strong>{room.page.value + 1}</strong> of {pages}
      </p>
      <button type="button" class="button" aria-label="Next page" onClick={() => pager.current?.turn(1)}>
        ›
      </button>
    </nav>
  );
}
