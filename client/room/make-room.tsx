import { useSignal } from '@preact/signals';
import { maxNameLength } from '../../shared/limits.ts';
import { pathOf } from '../browser/router.ts';
import { refusalText } from '../language/refusal-text.ts';
import { roomTexts } from '../language/room-texts.ts';
import type { Page } from '../models/page-model.ts';
import { createRoomsApi } from '../net/rooms-api.ts';

const rooms = createRoomsApi((path, init) => fetch(path, init));

export function MakeRoom({ page, Heading = 'h3' }: { page: Page; Heading?: 'h2' | 'h3' }) {
  const text = roomTexts.value.panel;
  const name = useSignal('');
  async function make() {
    const made = await rooms.make(name.value.trim());
    if (made.ok) location.assign(pathOf({ place: 'draw', room: made.value.room }));
    else page.toasts.notify(refusalText(made));
  }
  return (
    <section class="room-part">
      <Heading>{text.makeTitle}</Heading>
      <p>{text.makeText}</p>
      <form
        class="room-form"
        onSubmit={event => {
          event.preventDefault();
          void make();
        }}
      >
        <input
          aria-label={text.name}
          placeholder={text.nameHint}
          maxLength={maxNameLength}
          value={name.value}
          onInput={event => {
            name.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="button button-main">
          {text.make}
        </button>
      </form>
    </section>
  );
}
