import { type ReadonlySignal, signal } from '@preact/signals';
import type { HostAction, HostView, RoomNews } from '../../shared/host-protocol.ts';
import type { Toasts } from '../browser/toasts.ts';
import type { Connection } from '../net/connection.ts';
import type { DrawingModel } from './drawing-model.ts';

/** The rules of the room, and what a host does about them. */
export interface HostingModel {
  readonly news: ReadonlySignal<RoomNews>;
  /** People and drawings as a host sees them; undefined until they are asked for. */
  readonly view: ReadonlySignal<HostView | undefined>;
  act(action: HostAction): Promise<boolean>;
  /** Does `action`, says so, and offers `undo` for as long as the notice is shown. */
  actWithUndo(action: HostAction, notice: { text: string; undo: HostAction }): Promise<void>;
  stop(): void;
}

interface HostingParts {
  connection: Connection;
  drawing: Pick<DrawingModel, 'id' | 'resend' | 'forget'>;
  toasts: Toasts;
}

const unruled: RoomNews = {
  settings: { title: '', names: 'given', museum: false, frozen: false, locked: false, teach: 'everybody' },
  nameless: [],
  host: false,
  paused: false,
  veiled: [],
  ended: false,
};

export function createHostingModel({ connection, drawing, toasts }: HostingParts): HostingModel {
  const news = signal(unruled);
  const view = signal<HostView | undefined>(undefined);
  const veilOf = (from: RoomNews) => from.veiled.find(([id]) => id === drawing.id.value)?.[1];

  function tell(before: RoomNews, now: RoomNews) {
    if (now.ended) return toasts.notify('The host has ended this room. What was drawn in it is erased.');
    if (now.paused && !before.paused)
      toasts.notify(
        now.settings.frozen
          ? 'The host has frozen the wall. Your ink stays here until it goes on.'
          : 'The host has paused your pen. Your ink stays here.',
      );
    if (!now.paused && before.paused) {
      toasts.notify('You can draw again.');
      drawing.resend();
    }
    const veil = veilOf(now);
    if (veil === veilOf(before)) return;
    if (veil === 'hidden') toasts.notify('The host has taken this drawing off the wall.');
    if (veil !== 'cleared') return;
    drawing.forget(drawing.id.value);
    toasts.notify('The host has cleared the wall. Here is a fresh sheet.');
  }

  const stops = [
    connection.listen('welcome', () => {
      news.value = unruled;
    }),
    connection.listen('room', now => {
      const before = news.value;
      news.value = now;
      tell(before, now);
    }),
  ];

  async function act(action: HostAction): Promise<boolean> {
    const answer = await connection.host(action);
    if (answer.ok) view.value = answer.value;
    else if (action.does !== 'view') toasts.notify(answer.message);
    return answer.ok;
  }

  return {
    news,
    view,
    act,
    async actWithUndo(action, { text, undo }) {
      if (await act(action)) toasts.notify(text, { label: 'Undo', run: () => void act(undo) });
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}
