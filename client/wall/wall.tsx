import { lobby, pathOf } from '../browser/router.ts';
import { texts } from '../language/language.ts';
import { roomTexts } from '../language/room-texts.ts';
import { versionName } from '../language/version-name.ts';
import { joinAddress } from '../models/join-address.ts';
import type { Page } from '../models/page-model.ts';
import { Brand } from '../ui/brand.tsx';
import { SchemeButton } from '../ui/header.tsx';
import { Join } from '../ui/join.tsx';
import { LanguageSelect } from '../ui/language-select.tsx';
import { PlaceLink } from '../ui/place-link.tsx';
import { Rich } from '../ui/rich.tsx';
import { RoomButton } from '../ui/room-button.tsx';
import { Status } from '../ui/status.tsx';
import { Tagline } from '../ui/tagline.tsx';
import { Drawings } from './drawings.tsx';
import { PageTurner } from './page-turner.tsx';

/** The room on a projector. */
export function Wall({ page }: { page: Page }) {
  const { room, theme, router } = page;
  const home = pathOf({ ...router.route.value, place: 'draw' });
  const here = room.people.value.size;
  const text = roomTexts.value.wall;
  const address = joinAddress(room.joinOffer.value, location);
  return (
    <div class="wall">
      <main class="wall-main">
        <Drawings page={page} invitation={'origin' in address ? text.scan : text.first} />
      </main>
      <aside class="wall-side">
        <header>
          <Brand page={page} />
          <p class="wall-room">
            {room.name.value === lobby
              ? text.lobby
              : text.room(page.hosting.news.value.settings.title || room.name.value)}
          </p>
        </header>
        <PageTurner page={page} />
        <Join path={home} address={address} />
        <p class="wall-people">
          <Rich text={text.people(here)} />
        </p>
        <footer class="wall-foot">
          <Tagline page={page} />
          <Status page={page} />
          {room.model.value !== undefined && (
            <p class="version">{texts.value.draw.model(versionName(room.model.value.card))}</p>
          )}
          <nav class="tools">
            <PlaceLink page={page} place="draw" />
            <PlaceLink page={page} place="lab" />
            <PlaceLink page={page} place="privacy" />
            {document.fullscreenEnabled && (
              <button type="button" class="tool" onClick={toggleFullscreen}>
                {text.fullScreen}
              </button>
            )}
            <RoomButton page={page} />
            <LanguageSelect />
            <SchemeButton night={theme.scheme.value === 'night'} toggle={theme.toggle} />
          </nav>
        </footer>
      </aside>
    </div>
  );
}

function toggleFullscreen() {
  if (document.fullscreenElement === null) void document.documentElement.requestFullscreen();
  else void document.exitFullscreen();
}
