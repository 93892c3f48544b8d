import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { unpackInk } from '../../shared/ink.ts';
import { maxNameLength } from '../../shared/limits.ts';
import type { HostView } from '../../shared/protocol.ts';
import { lobby, pathOf } from '../browser/router.ts';
import { joinAddress } from '../models/join-address.ts';
import type { Page } from '../models/page-model.ts';
import { createRoomsApi } from '../net/rooms-api.ts';
import { paintTile } from '../paint/ink-painter.ts';
import { CanvasView } from './canvas-view.tsx';
import { Join } from './join.tsx';

const rooms = createRoomsApi((path, init) => fetch(path, init));
/** How often a host who has the dialog open sees what waits. */
const viewMs = 2_000;

/** The room as a dialog: how others join, how another one is made, and what its host decides. */
export function RoomPanel({ page, close }: { page: Page; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { host, settings } = page.hosting.news.value;
  // Not modal: notices, with their undo, stay within reach above it.
  useEffect(() => {
    const shown = dialog.current;
    shown?.show();
    // The pad's keys are not meant here.
    const onKey = (event: KeyboardEvent) => {
      event.stopPropagation();
      if (event.key === 'Escape') shown?.close();
    };
    shown?.addEventListener('keydown', onKey);
    return () => shown?.removeEventListener('keydown', onKey);
  }, []);
  useEffect(() => {
    if (!host) return;
    const look = () => void page.hosting.act({ does: 'view' });
    look();
    const timer = setInterval(look, viewMs);
    return () => clearInterval(timer);
  }, [host, page]);
  const name = page.room.name.value;
  return (
    <dialog ref={dialog} class="room-panel" aria-labelledby="room-panel-title" onClose={close}>
      <header class="section-head">
        <h2 id="room-panel-title">{name === lobby ? 'The lobby' : `Room ${settings.title || name}`}</h2>
        <button type="button" class="tool" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <Invite page={page} />
      {host && <HostSection page={page} />}
      <MakeRoom page={page} />
    </dialog>
  );
}

function Invite({ page }: { page: Page }) {
  const path = pathOf({ ...page.router.route.value, place: 'draw' });
  const address = joinAddress(page.room.joinOffer.value, location);
  const url = new URL(path, 'origin' in address ? address.origin : location.origin).href;
  return (
    <section class="room-part">
      <p>Everybody with this link can draw here. The room is listed nowhere.</p>
      <Join path={path} address={address} />
      <ShareButton page={page} url={url} label="Share the link" />
    </section>
  );
}

function ShareButton({ page, url, label }: { page: Page; url: string; label: string }) {
  async function share() {
    if (typeof navigator.share === 'function') {
      // A person who closes the share sheet has changed their mind.
      await navigator.share({ title: 'Inkling', url }).catch(() => undefined);
      return;
    }
    const copied = await navigator.clipboard?.writeText(url).then(
      () => true,
      () => false,
    );
    page.toasts.notify(copied ? 'The link is copied.' : url);
  }
  return (
    <button type="button" class="button" onClick={() => void share()}>
      {label}
    </button>
  );
}

function MakeRoom({ page }: { page: Page }) {
  const name = useSignal('');
  async function make() {
    const made = await rooms.make(name.value.trim());
    if (made.ok) location.assign(pathOf({ place: 'draw', room: made.value.room }));
    else page.toasts.notify(made.message);
  }
  return (
    <section class="room-part">
      <h3>Make a room of your own</h3>
      <p>You are its host: you decide what its wall shows, and you can end it.</p>
      <form
        class="room-form"
        onSubmit={event => {
          event.preventDefault();
          void make();
        }}
      >
        <input
          aria-label="Name of the room"
          placeholder="A name, or nothing for one that nobody guesses"
          maxLength={maxNameLength}
          value={name.value}
          onInput={event => {
            name.value = event.currentTarget.value;
          }}
        />
        <button type="submit" class="button button-main">
          Make a room
        </button>
      </form>
    </section>
  );
}

function HostSection({ page }: { page: Page }) {
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

function Ownership({ page }: { page: Page }) {
  const room = page.room.name.value;
  const key = useSignal<string | null>(null);
  const ending = useSignal(false);
  useEffect(() => {
    void rooms.key(room).then(answer => {
      if (answer.ok) key.value = answer.value.key;
    });
  }, [room, key]);
  if (room === lobby) return null;
  const link = `${location.origin}${pathOf({ place: 'draw', room })}?host=${key.value}`;
  async function renew() {
    const renewed = await rooms.renewKey(room);
    if (!renewed.ok) return page.toasts.notify(renewed.message);
    key.value = renewed.value.key;
    page.toasts.notify('There is a new key. Links handed out before open nothing; reload to go on as host.');
  }
  async function end() {
    const ended = await rooms.end(room);
    if (!ended.ok) page.toasts.notify(ended.message);
  }
  return (
    <section class="room-part">
      <h3>Keep this room</h3>
      <p>Whoever has the host’s link is a host too. Keep it for another day or another device.</p>
      <p class="room-buttons">
        {key.value !== null && <ShareButton page={page} url={link} label="Share the host’s link" />}
        <button type="button" class="button" onClick={() => void renew()}>
          New key
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            if (ending.value) void end();
            ending.value = true;
          }}
        >
          {ending.value ? 'Yes, end it and erase everything' : 'End the room'}
        </button>
      </p>
    </section>
  );
}
