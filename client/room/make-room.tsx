import { useSignal } from '@preact/signals';
import { maxNameLength } from '../../shared/limits.ts';
import { pathOf } from '../browser/router.ts';
import type { Page } from '../models/page-model.ts';
import { createRoomsApi } from '../net/rooms-api.ts';

const rooms = createRoomsApi((path, init) => fetch(path, init));

export function MakeRoom({ page }: { page: Page }) {
  const name = useSignal('');
  async function make() {
    const made = await rooms.make(name.value.trim());
    if (made.ok) location.assign(pathOf({ place: 'draw', room: made.value.room }));
    else page.toasts.notify(made.message);
  }
  return (
    <section class="room-part">
      <h3>Make a room of your own</h3>
      <p>You are its host: you decide what its wall shows, and you can end it.</p>
      <form
        class="room-form"
        onSubmit={event => {
          event.preventDefault();
          void make();
        }}
      >
        <input
          aria-label="Name of the room"
          placeholder="A name, or nothing for one that nobody guesses"
          maxLength={maxNameLength}
          value={name.value}
          onInput={event => {
            name.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="button button-main">
          Make a room
        </button>
      </form>
    </section>
  );
}
