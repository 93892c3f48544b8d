import { pathOf } from '../browser/router.ts';
import { refusalText } from '../language/refusal-text.ts';
import { roomTexts } from '../language/room-texts.ts';
import type { Page } from '../models/page-model.ts';
import { createRoomsApi } from '../net/rooms-api.ts';
import { RoomForm } from './room-form.tsx';

const rooms = createRoomsApi((path, init) => fetch(path, init));

export function MakeRoom({ page, Heading = 'h3' }: { page: Page; Heading?: 'h2' | 'h3' }) {
  const text = roomTexts.value.panel;
  async function make(name: string) {
    const made = await rooms.make(name.trim());
    if (made.ok) location.assign(pathOf({ place: 'draw', room: made.value.room }));
    else page.toasts.notify(refusalText(made));
  }
  return (
    <section class="room-part">
      <Heading>{text.makeTitle}</Heading>
      <p>{text.makeText}</p>
      <RoomForm label={text.name} hint={text.nameHint} button={text.make} submit={name => void make(name)} />
    </section>
  );
}
