import { signal } from '@preact/signals';
import { texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';

/** Whether the room's dialog is open. */
export const isRoomOpen = signal(false);

/** Opens the room's dialog: how others join, how a room is made, and what its host decides. */
export function RoomButton({ page }: { page: Page }) {
  return (
    <button
      type="button"
      class="tool"
      onClick={() => {
        isRoomOpen.value = true;
      }}
    >
      {page.hosting.news.value.host ? texts.value.host : texts.value.room}
    </button>
  );
}
