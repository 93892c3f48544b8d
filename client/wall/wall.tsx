import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { lobby, pathOf } from '../browser/router.ts';
import { joinAddress } from '../models/join-address.ts';
import type { Page } from '../models/page-model.ts';
import { Brand } from '../ui/brand.tsx';
import { SchemeButton } from '../ui/header.tsx';
import { Join } from '../ui/join.tsx';
import { PlaceLink } from '../ui/place-link.tsx';
import { RoomButton } from '../ui/room-button.tsx';
import { Status } from '../ui/status.tsx';
import { Tagline } from '../ui/tagline.tsx';
import { Tile } from '../ui/tile.tsx';
import { PageTurner } from './page-turner.tsx';
import { wallColumns } from './wall-grid.ts';

/** The room on a projector. */
export function Wall({ page }: { page: Page }) {
  const { room, theme, router } = page;
  const grid = useRef<HTMLUListElement>(null);
  const tiles = room.tiles.value;

  useEffect(() => {
    const list = grid.current;
    if (list === null) return;
    const arrange = () => {
      const columns = wallColumns(Math.max(room.tiles.value.length, 4), {
        width: list.clientWidth,
        height: list.clientHeight,
      });
      list.style.setProperty('--columns', `${columns}`);
      list.style.setProperty('--rows', `${Math.ceil(Math.max(room.tiles.value.length, 4) / columns)}`);
    };
    const stopTiles = effect(arrange);
    const observer = new ResizeObserver(arrange);
    observer.observe(list);
    return () => {
      stopTiles();
      observer.disconnect();
    };
  }, [room]);

  const home = pathOf({ ...router.route.value, place: 'draw' });
  const here = room.people.value.size;
  const address = joinAddress(room.joinOffer.value, location);
  return (
    <div class="wall">
      <main class="wall-main">
        {tiles.length === 0 && (
          <p class="wall-empty">
            An empty wall.
            <span>{'origin' in address ? 'Scan the code and draw' : 'Draw'} the first digit.</span>
          </p>
        )}
        <ul ref={grid} class="tiles tiles-wall">
          {tiles.map(tile => (
            <Tile
              key={`${tile.tile} ${tile.drawing}`}
              tile={tile}
              room={room}
              scheme={theme.scheme}
              hosting={page.hosting}
            />
          ))}
        </ul>
      </main>
      <aside class="wall-side">
        <header>
          <Brand page={page} />
          <p class="wall-room">
            {room.name.value === lobby
              ? 'Draw a digit, see it read.'
              : `Room ${page.hosting.news.value.settings.title || room.name.value}`}
          </p>
        </header>
        <PageTurner page={page} />
        <Join path={home} address={address} />
        <p class="wall-people">
          <strong>{here}</strong> {here === 1 ? 'person' : 'people'} here
        </p>
        <footer class="wall-foot">
          <Tagline page={page} />
          <Status page={page} />
          {room.model.value !== undefined && <p class="version">Model {room.model.value.version}</p>}
          <nav class="tools">
            <PlaceLink page={page} place="draw" />
            <PlaceLink page={page} place="lab" />
            <PlaceLink page={page} place="privacy" />
            {document.fullscreenEnabled && (
              <button type="button" class="tool" onClick={toggleFullscreen}>
                Full screen
              </button>
            )}
            <RoomButton page={page} />
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
