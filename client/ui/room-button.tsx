import { signal } from '@preact/signals';
import type { Page } from '../models/page-model.ts';
import { defer } from './lazy.tsx';

const Panel = defer<{ page: Page; close: () => void }>(() =>
  import('./room-panel.tsx').then(module => module.RoomPanel),
);
const isOpen = signal(false);

/** Opens the room's dialog: how others join, how a room is made, and what its host decides. */
export function RoomButton({ page }: { page: Page }) {
  return (
    <>
      <button
        type="button"
        class="tool"
        onClick={() => {
          isOpen.value = true;
        }}
      >
        {page.hosting.news.value.host ? 'Host' : 'Room'}
      </button>
      {isOpen.value && (
        <Panel
          page={page}
          close={() => {
            isOpen.value = false;
          }}
        />
      )}
    </>
  );
}
