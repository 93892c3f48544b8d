import type { HostAction } from '../../shared/host-protocol.ts';
import type { HostingModel } from '../models/hosting-model.ts';
import type { RoomTile } from '../models/room-model.ts';

export interface TileMenuProps {
  hosting: HostingModel;
  tile: RoomTile;
}

/** What a host can do about one drawing and its author. */
export function TileMenu({ hosting, tile }: TileMenuProps) {
  const { drawing, person } = tile;
  const actions: { label: string; text: string; action(on: boolean): HostAction }[] = [
    {
      label: 'Hide',
      text: 'Hidden: nobody sees it, and it is not learned.',
      action: on => ({ does: 'hide', drawing, on }),
    },
    {
      label: 'Pause person',
      text: 'Paused: this person cannot draw.',
      action: on => ({ does: 'pause', person, on }),
    },
    { label: 'Name off', text: 'The name is taken off.', action: on => ({ does: 'unname', person, on }) },
  ];
  return (
    <details class="tile-menu" onToggle={({ currentTarget }) => showAbove(currentTarget)}>
      <summary aria-label="Host">⋯</summary>
      <div class="tile-actions">
        {actions.map(({ label, text, action }) => (
          <button
            key={label}
            type="button"
            class="button"
            onClick={event => {
              event.currentTarget.closest('details')?.removeAttribute('open');
              void hosting.actWithUndo(action(true), { text, undo: action(false) });
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
