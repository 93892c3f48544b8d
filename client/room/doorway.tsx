import { useSignal } from '@preact/signals';
import { maxNameLength } from '../../shared/limits.ts';
import { addressable } from '../../shared/room-address.ts';
import { pathOf } from '../browser/router.ts';
import { roomTexts } from '../language/room-texts.ts';
import type { Page } from '../models/page-model.ts';
import { SchemeButton } from '../ui/header.tsx';
import { LanguageSelect } from '../ui/language-select.tsx';
import { PlaceLink } from '../ui/place-link.tsx';
import { Tagline } from '../ui/tagline.tsx';
import { MakeRoom } from './make-room.tsx';

/** Stands where the lobby would be on a server without one: visitors enter a room, or make one. */
export function Doorway({ page }: { page: Page }) {
  const text = roomTexts.value.doorway;
  const { theme } = page;
  const name = useSignal('');
  return (
    <div class="page doorway">
      <main class="doorway-main">
        <h1 class="doorway-name">Inkling</h1>
        <Tagline page={page} />
        <p class="doorway-title">{text.title}</p>
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
        <MakeRoom page={page} Heading="h2" />
      </main>
      <footer class="foot">
        <LanguageSelect />
        <PlaceLink page={page} place="privacy" />
        <SchemeButton night={theme.scheme.value === 'night'} toggle={theme.toggle} />
      </footer>
    </div>
  );
}
