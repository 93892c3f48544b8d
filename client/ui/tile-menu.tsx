import type { HostAction } from '../../shared/host-protocol.ts';
import { roomTexts } from '../language/room-texts.ts';
import type { HostingModel } from '../models/hosting-model.ts';
import type { RoomTile } from '../models/room-model.ts';

export interface TileMenuProps {
  hosting: HostingModel;
  tile: RoomTile;
}

/** A host's actions on one drawing and its author. */
export function TileMenu({ hosting, tile }: TileMenuProps) {
  const { drawing, person } = tile;
  const text = roomTexts.value.tile;
  const actions: { label: string; notice: string; action(on: boolean): HostAction }[] = [
    {
      label: text.hide,
      notice: text.hidden,
      action: on => ({ does: 'hide', drawing, on }),
    },
    {
      label: text.pause,
      notice: text.paused,
      action: on => ({ does: 'pause', person, on }),
    },
    { label: text.nameOff, notice: text.nameIsOff, action: on => ({ does: 'unname', person, on }) },
  ];
  return (
    <details class="tile-menu" onToggle={({ currentTarget }) => showAbove(currentTarget)}>
      <summary aria-label={text.menu}>⋯</summary>
      <div class="tile-actions">
        {actions.map(({ label, notice, action }) => (
          <button
            key={label}
            type="button"
            class="button"
            onClick={event => {
              event.currentTarget.closest('details')?.removeAttribute('open');
              void hosting.actWithUndo(action(true), { text: notice, undo: action(false) });
            }}
          >
            {label}
          </button>
        ))}
      </div>
    </details>
  );
}

/** The open menu is larger than its tile, which clips and covers what it holds. */
function showAbove(menu: HTMLDetailsElement) {
  const tile = menu.closest<HTMLElement>('.tile');
  if (tile) tile.dataset.menu = menu.open ? 'open' : '';
}
