import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { lobby, pathOf } from '../browser/router.ts';
import type { Page } from '../models/page-model.ts';
import { createRoomsApi } from '../net/rooms-api.ts';
import { ShareButton } from './share-button.tsx';

const rooms = createRoomsApi((path, init) => fetch(path, init));

/** How a host keeps the room, hands it on and ends it. */
export function Ownership({ page }: { page: Page }) {
  const room = page.room.name.value;
  const key = useSignal<string | null>(null);
  const ending = useSignal(false);
  useEffect(() => {
    void rooms.key(room).then(answer => {
      if (answer.ok) key.value = answer.value.key;
    });
  }, [room, key]);
  if (room === lobby) return null;
  const link = `${location.origin}${pathOf({ place: 'draw', room })}?host=${key.value}`;
  async function renew() {
    const renewed = await rooms.renewKey(room);
    if (!renewed.ok) return page.toasts.notify(renewed.message);
    key.value = renewed.value.key;
    page.toasts.notify('There is a new key. Links handed out before open nothing; reload to go on as host.');
  }
  async function end() {
    const ended = await rooms.end(room);
    if (!ended.ok) page.toasts.notify(ended.message);
  }
  return (
    <section class="room-part">
      <h3>Keep this room</h3>
      <p>Whoever has the host’s link is a host too. Keep it for another day or another device.</p>
      <p class="room-buttons">
        {key.value !== null && <ShareButton page={page} url={link} label="Share the host’s link" />}
        <button type="button" class="button" onClick={() => void renew()}>
          New key
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            if (ending.value) void end();
            ending.value = true;
          }}
        >
          {ending.value ? 'Yes, end it and erase everything' : 'End the room'}
        </button>
      </p>
    </section>
  );
}
