import { useComputed } from '@preact/signals';
import { cleanName } from '../../shared/name.ts';
import { lobby, pathOf } from '../browser/router.ts';
import { besideTexts } from '../language/beside-texts.ts';
import type { Page } from '../models/page-model.ts';
import type { NameField } from '../ui/header.tsx';
import { Rich } from '../ui/rich.tsx';
import { Tile } from '../ui/tile.tsx';

const maxShown = 8; // two rows beside the pad

export interface NeighboursProps {
  page: Page;
  name: NameField;
}

/** The live drawings of other people in the room. */
export function Neighbours({ page, name }: NeighboursProps) {
  const { room, drawing, theme, router } = page;
  const others = useComputed(() =>
    room.tiles.value
      .filter(tile => tile.person !== room.you.value && tile.drawing !== drawing.id.value)
      .slice(-maxShown),
  );
  const here = room.name.value;
  const text = besideTexts.value.others;
  return (
    <section class="neighbours">
      <header class="section-head">
        <h2>{here === lobby ? text.inLobby : text.inRoom(here)}</h2>
        <NameInput name={name} />
      </header>
      {others.value.length === 0 ? (
        <p class="empty">
          <Rich
            text={text.nobody}
            marks={{
              wall: inner => <a href={pathOf({ ...router.route.value, place: 'wall' })}>{inner}</a>,
            }}
          />
        </p>
      ) : (
        <ul class="tiles tiles-small">
          {others.value.map(tile => (
            <Tile
              key={`${tile.tile} ${tile.drawing}`}
              tile={tile}
              room={room}
              scheme={theme.scheme}
              hosting={page.hosting}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function NameInput({ name }: { name: NameField }) {
  return (
    <label class="name">
      <span class="unseen">{besideTexts.value.others.nameForWall}</span>
      <input
        type="text"
        maxLength={40}
        placeholder={besideTexts.value.others.name}
        autocomplete="nickname"
        defaultValue={name.stored}
        onChange={event => name.change(cleanName(event.currentTarget.value))}
      />
    </label>
  );
}
