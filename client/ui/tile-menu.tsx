import type { HostingModel } from '../models/hosting-model.ts';
import type { RoomTile } from '../models/room-model.ts';

/** What a host can do about one drawing and its author. */
export function TileMenu({ hosting, tile }: { hosting: HostingModel; tile: RoomTile }) {
  const { drawing, person } = tile;
  const { actWithUndo } = hosting;
  return (
    <details class="tile-menu">
      <summary aria-label="Host">⋯</summary>
      <div class="tile-actions">
        <button
          type="button"
          class="button"
          onClick={() =>
            void actWithUndo(
              { does: 'hide', drawing, on: true },
              {
                text: 'Hidden: nobody sees it, and it is not learned.',
                undo: { does: 'hide', drawing, on: false },
              },
            )
          }
        >
          Hide
        </button>
        <button
          type="button"
          class="button"
          onClick={() =>
            void actWithUndo(
              { does: 'pause', person, on: true },
              { text: 'Paused: this person cannot draw.', undo: { does: 'pause', person, on: false } },
            )
          }
        >
          Pause person
        </button>
        <button
          type="button"
          class="button"
          onClick={() =>
            void actWithUndo(
              { does: 'unname', person, on: true },
              { text: 'The name is taken off.', undo: { does: 'unname', person, on: false } },
            )
          }
        >
          Name off
        </button>
      </div>
    </details>
  );
}
