import { useComputed } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { roomTexts } from '../language/room-texts.ts';
import type { Page } from '../models/page-model.ts';
import type { RoomTile } from '../models/room-model.ts';
import type { Link } from '../net/connection.ts';
import { Tile } from '../ui/tile.tsx';
import { createGlide } from './glide.ts';
import { wallColumns } from './wall-grid.ts';
import { createWallPlaces } from './wall-places.ts';

/** The drawings on show: a seat for each person, and a shelf for what they finished before. */
export function Drawings({ page, invitation }: { page: Page; invitation: string }) {
  const { room } = page;
  const frame = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLUListElement>(null);
  const arrange = useMemo(createWallPlaces, [room]);
  const glide = useMemo(() => createGlide(() => frame.current), []);
  const places = useComputed(() =>
    arrange(room.page.value, {
      tiles: room.tiles.value,
      isHere: person => room.people.value.has(person),
    }),
  );
  const { seats, shelf } = places.value;
  const isEmpty = room.tiles.value.length === 0;

  function fit() {
    const list = grid.current;
    if (list === null) return;
    // The seats that are there: the observer of an earlier rendering may be the one that calls.
    const count = list.children.length;
    const columns = wallColumns(count, { width: list.clientWidth, height: list.clientHeight });
    list.style.setProperty('--columns', `${columns}`);
    list.style.setProperty('--rows', `${Math.ceil(count / columns)}`);
  }
  glide.note();
  useLayoutEffect(() => {
    fit();
    glide.move();
  });
  useEffect(() => {
    const observer = new ResizeObserver(fit);
    if (grid.current !== null) observer.observe(grid.current);
    return () => observer.disconnect();
  }, [isEmpty]);

  const tileAt = (tile: RoomTile | undefined, place: number) =>
    tile === undefined ? (
      <li key={`free ${place}`} class="tile-place" aria-hidden="true" />
    ) : (
      <Tile
        key={`${tile.tile} ${tile.drawing}`}
        tile={tile}
        room={room}
        scheme={page.theme.scheme}
        hosting={page.hosting}
      />
    );

  if (isEmpty) return <EmptyWall link={page.connection.link.value} invitation={invitation} />;
  return (
    <div ref={frame} class="wall-drawings">
      <ul ref={grid} class="tiles tiles-wall" data-seats={seats.length}>
        {seats.map(tileAt)}
      </ul>
      <ul class="wall-shelf" aria-label={roomTexts.value.wall.shelf}>
        {shelf.map(tileAt)}
      </ul>
    </div>
  );
}

function EmptyWall({ link, invitation }: { link: Link; invitation: string }) {
  const isAway = link.state === 'offline';
  const text = roomTexts.value.wall;
  const title = isAway ? text.away : text.empty;
  return (
    <p class="wall-empty">
      {link.state === 'connecting' ? text.opening : title}
      {isAway && <span>{text.comeBack}</span>}
      {link.state === 'live' && <span>{invitation}</span>}
    </p>
  );
}
