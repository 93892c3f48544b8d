import { useSignal } from '@preact/signals';
import { maxNameLength } from '../../shared/limits.ts';
import { addressable } from '../../shared/room-address.ts';
import { pathOf } from '../browser/router.ts';
import { roomTexts } from '../language/room-texts.ts';
import type { Page } from '../models/page-model.ts';
import { MakeRoom } from './make-room.tsx';

/** Stands where the lobby would be on a server without one: visitors enter a room, or make one. */
export function Doorway({ page }: { page: Page }) {
  const text = roomTexts.value.doorway;
  const name = useSignal('');
  return (
    <main class="doorway">
      <h1>Inkling</h1>
      <p>{text.title}</p>
      <form
        class="room-form"
        onSubmit={event => {
          event.preventDefault();
          const room = addressable(name.value);
          if (room !== '') location.assign(pathOf({ place: 'draw', room }));
        }}
      >
        <input
          aria-label={text.name}
          placeholder={text.name}
          maxLength={maxNameLength}
          value={name.value}
          onInput={event => {
            name.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="button button-main">
          {text.enter}
        </button>
      </form>
      <MakeRoom page={page} />
    </main>
  );
}
