import type { HostView } from '../../shared/host-protocol.ts';
import { unpackInk } from '../../shared/ink.ts';
import type { Page } from '../models/page-model.ts';
import { paintTile } from '../paint/ink-painter.ts';
import { CanvasView } from '../ui/canvas-view.tsx';
import { Ownership } from './ownership.tsx';

/** What a host decides about the room, and whom and what it concerns. */
export function HostSection({ page }: { page: Page }) {
  const { hosting } = page;
  const { settings } = hosting.news.value;
  const view = hosting.view.value;
  const set = (change: Partial<typeof settings>) => void hosting.act({ does: 'set', settings: change });
  return (
    <>
      <section class="room-part">
        <h3>You are the host</h3>
        <Switch on={settings.frozen} turn={frozen => set({ frozen })}>
          Freeze: nobody draws but you
        </Switch>
        <Switch on={settings.museum} turn={museum => set({ museum })}>
          Show only what I let through
        </Switch>
        <Switch on={settings.locked} turn={locked => set({ locked })}>
          Lock: nobody new comes in
        </Switch>
        <Switch on={settings.teach === 'host'} turn={on => set({ teach: on ? 'host' : 'everybody' })}>
          Only I teach the model
        </Switch>
        <label class="room-switch">
          Names
          <select
            value={settings.names}
            onChange={event => {
              const { value } = event.currentTarget;
              if (value === 'given' || value === 'made_up' || value === 'none') set({ names: value });
            }}
          >
            <option value="given">as given</option>
            <option value="made_up">made up</option>
            <option value="none">none</option>
          </select>
        </label>
        <button
          type="button"
          class="button"
          onClick={() =>
            void hosting.actWithUndo(
              { does: 'clear', on: true },
              { text: 'The wall is cleared.', undo: { does: 'clear', on: false } },
            )
          }
        >
          Clear the wall
        </button>
      </section>
      {view !== undefined && <Veiled page={page} view={view} />}
      {view !== undefined && <People page={page} view={view} />}
      <Ownership page={page} />
    </>
  );
}

interface SwitchProps {
  on: boolean;
  turn(on: boolean): void;
  children: string;
}

function Switch({ on, turn, children }: SwitchProps) {
  return (
    <label class="room-switch">
      {children}
      <input type="checkbox" checked={on} onChange={event => turn(event.currentTarget.checked)} />
    </label>
  );
}

function Veiled({ page, view }: { page: Page; view: HostView }) {
  if (view.veiled.length === 0) return null;
  return (
    <section class="room-part">
      <h3>Not on the wall</h3>
      <ul class="room-veiled">
        {view.veiled.map(({ drawing, ink, veil }) => (
          <li key={drawing}>
            <span class="sample-ink">
              <CanvasView
                class="ink"
                scheme={page.theme.scheme}
                paint={sheet => paintTile(sheet, { strokes: ink.map(unpackInk), redrawn: 0 })}
              />
            </span>
            {veil === 'waiting' && (
              <button
                type="button"
                class="button"
                onClick={() => void page.hosting.act({ does: 'show', drawing, on: true })}
              >
                Let through
              </button>
            )}
            <button
              type="button"
              class="button"
              onClick={() => void page.hosting.act({ does: 'hide', drawing, on: veil === 'waiting' })}
            >
              {veil === 'waiting' ? 'Hide' : 'Show again'}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function People({ page, view }: { page: Page; view: HostView }) {
  return (
    <section class="room-part">
      <h3>People here</h3>
      <ul class="room-people">
        {view.people.map(({ person, name, given, paused, nameless }) => (
          <li key={`${person}`}>
            <span>
              {name || given || `Person ${person}`}
              {person === page.room.you.value && ' (you)'}
            </span>
            <button
              type="button"
              class="button"
              aria-pressed={paused}
              onClick={() => void page.hosting.act({ does: 'pause', person, on: !paused })}
            >
              {paused ? 'Paused' : 'Pause'}
            </button>
            {given !== '' && (
              <button
                type="button"
                class="button"
                aria-pressed={nameless}
                onClick={() => void page.hosting.act({ does: 'unname', person, on: !nameless })}
              >
                {nameless ? 'Name is off' : 'Name off'}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
