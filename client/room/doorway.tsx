import { addressable } from '../../shared/room-address.ts';
import { pathOf } from '../browser/router.ts';
import { roomTexts } from '../language/room-texts.ts';
import type { Page } from '../models/page-model.ts';
import { Foot } from '../ui/foot.tsx';
import { SchemeButton } from '../ui/header.tsx';
import { Tagline } from '../ui/tagline.tsx';
import { MakeRoom } from './make-room.tsx';
import { RoomForm } from './room-form.tsx';

function enter(name: string) {
  const room = addressable(name);
  if (room !== '') location.assign(pathOf({ place: 'draw', room }));
}

/** Stands where the lobby would be on a server without one: visitors enter a room, or make one. */
export function Doorway({ page }: { page: Page }) {
  const text = roomTexts.value.doorway;
  const { theme } = page;
  return (
    <div class="page doorway">
      <main class="doorway-main">
        <h1 class="doorway-name">Inkling</h1>
        <Tagline page={page} />
        <p class="doorway-title">{text.title}</p>
        <RoomForm label={text.name} button={text.enter} submit={enter} />
        <MakeRoom page={page} Heading="h2" />
      </main>
      <Foot page={page}>
        <SchemeButton night={theme.scheme.value === 'night'} toggle={theme.toggle} />
      </Foot>
    </div>
  );
}
