import { useEffect, useRef } from 'preact/hooks';
import { roomTexts } from '../language/room-texts.ts';
import type { Page } from '../models/page-model.ts';
import { Rich } from '../ui/rich.tsx';
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
  const text = roomTexts.value.wall;
  return (
    <nav class="turner" aria-label={text.pages}>
      <button type="button" class="button" aria-label={text.before} onClick={() => pager.current?.turn(-1)}>
        ‹
      </button>
      <p>
        <Rich text={text.page(room.page.value + 1, pages)} />
      </p>
      <button type="button" class="button" aria-label={text.next} onClick={() => pager.current?.turn(1)}>
        ›
      </button>
    </nav>
  );
}
