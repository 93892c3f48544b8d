import type { HostView } from '../../shared/host-protocol.ts';
import { unpackInk } from '../../shared/ink.ts';
import { roomTexts } from '../language/room-texts.ts';
import type { Page } from '../models/page-model.ts';
import { paintTile } from '../paint/ink-painter.ts';
import { CanvasView } from '../ui/canvas-view.tsx';
import { Ownership } from './ownership.tsx';

/** A host's decisions about the room, with the people and drawings concerned. */
export function HostSection({ page }: { page: Page }) {
  const text = roomTexts.value.panel;
  const { hosting } = page;
  const { settings } = hosting.news.value;
  const view = hosting.view.value;
  const set = (change: Partial<typeof settings>) => void hosting.act({ does: 'set', settings: change });
  return (
    <>
      <section class="room-part">
        <h3>{text.youHost}</h3>
        <Switch on={settings.frozen} turn={frozen => set({ frozen })}>
          {text.freeze}
        </Switch>
        <Switch on={settings.museum} turn={museum => set({ museum })}>
          {text.museum}
        </Switch>
        <Switch on={settings.locked} turn={locked => set({ locked })}>
          {text.lock}
        </Switch>
        <Switch on={settings.teach === 'host'} turn={on => set({ teach: on ? 'host' : 'everybody' })}>
          {text.onlyITeach}
        </Switch>
        <label class="room-switch">
          {text.names}
          <select
            value={settings.names}
            onChange={event => {
              const { value } = event.currentTarget;
              if (value === 'given' || value === 'made_up' || value === 'none') set({ names: value });
            }}
          >
            <option value="given">{text.namesGiven}</option>
            <option value="made_up">{text.namesMadeUp}</option>
            <option value="none">{text.namesNone}</option>
          </select>
        </label>
        <button
          type="button"
          class="button"
          onClick={() =>
            void hosting.actWithUndo(
              { does: 'clear', on: true },
              { text: text.cleared, undo: { does: 'clear', on: false } },
            )
          }
        >
          {text.clear}
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
  const text = roomTexts.value.panel;
  return (
    <section class="room-part">
      <h3>{text.veiled}</h3>
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
                {text.letThrough}
              </button>
            )}
            <button
              type="button"
              class="button"
              onClick={() => void page.hosting.act({ does: 'hide', drawing, on: veil === 'waiting' })}
            >
              {veil === 'waiting' ? text.hide : text.showAgain}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function People({ page, view }: { page: Page; view: HostView }) {
  const text = roomTexts.value.panel;
  return (
    <section class="room-part">
      <h3>{text.people}</h3>
      <ul class="room-people">
        {view.people.map(({ person, name, given, paused, nameless }) => (
          <li key={`${person}`}>
            <span>
              {person === page.room.you.value
                ? text.you(name || given || text.person(person))
                : name || given || text.person(person)}
            </span>
            <button
              type="button"
              class="button"
              aria-pressed={paused}
              onClick={() => void page.hosting.act({ does: 'pause', person, on: !paused })}
            >
              {paused ? text.paused : text.pause}
            </button>
            {given !== '' && (
              <button
                type="button"
                class="button"
                aria-pressed={nameless}
                onClick={() => void page.hosting.act({ does: 'unname', person, on: !nameless })}
              >
                {nameless ? text.nameIsOff : text.nameOff}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
