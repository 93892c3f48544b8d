import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { lobby, pathOf } from '../browser/router.ts';
import { refusalText } from '../language/refusal-text.ts';
import { roomTexts } from '../language/room-texts.ts';
import type { Page } from '../models/page-model.ts';
import { createRoomsApi } from '../net/rooms-api.ts';
import { ShareButton } from './share-button.tsx';

const rooms = createRoomsApi((path, init) => fetch(path, init));

/** How a host keeps the room, hands it on and ends it. */
export function Ownership({ page }: { page: Page }) {
  const text = roomTexts.value.panel;
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
    if (!renewed.ok) return page.toasts.notify(refusalText(renewed));
    key.value = renewed.value.key;
    page.toasts.notify(text.newKeyMade);
  }
  async function end() {
    const ended = await rooms.end(room);
    if (!ended.ok) page.toasts.notify(refusalText(ended));
  }
  return (
    <section class="room-part">
      <h3>{text.keepTitle}</h3>
      <p>{text.keepText}</p>
      <p class="room-buttons">
        {key.value !== null && <ShareButton page={page} url={link} label={text.shareHost} />}
        <button type="button" class="button" onClick={() => void renew()}>
          {text.newKey}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            if (ending.value) void end();
            ending.value = true;
          }}
        >
          {ending.value ? text.reallyEnd : text.end}
        </button>
      </p>
    </section>
  );
}
