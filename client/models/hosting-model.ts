import { type ReadonlySignal, signal } from '@preact/signals';
import type { HostAction, HostView, RoomNews } from '../../shared/host-protocol.ts';
import type { Toasts } from '../browser/toasts.ts';
import { texts } from '../language/language.ts';
import { refusalText } from '../language/refusal-text.ts';
import type { Connection } from '../net/connection.ts';
import type { DrawingModel } from '../pad/drawing-model.ts';

/** The rules of the room, and what a host does about them. */
export interface HostingModel {
  readonly news: ReadonlySignal<RoomNews>;
  /** People and drawings as a host sees them; undefined until they are asked for. */
  readonly view: ReadonlySignal<HostView | undefined>;
  act(action: HostAction): Promise<boolean>;
  /** Does `action`, shows a notice, and offers `undo` for as long as the notice is shown. */
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

  function notifyOf(before: RoomNews, now: RoomNews) {
    const text = texts.value.notice;
    if (now.ended) return toasts.notify(text.ended);
    if (now.paused && !before.paused) toasts.notify(now.settings.frozen ? text.frozen : text.paused);
    if (!now.paused && before.paused) {
      toasts.notify(text.goesOn);
      drawing.resend();
    }
    const veil = veilOf(now);
    if (veil === veilOf(before)) return;
    if (veil === 'hidden') toasts.notify(text.hidden);
    if (veil !== 'cleared') return;
    drawing.forget(drawing.id.value);
    toasts.notify(text.cleared);
  }

  const stops = [
    connection.listen('welcome', () => {
      news.value = unruled;
    }),
    connection.listen('room', now => {
      const before = news.value;
      news.value = now;
      notifyOf(before, now);
    }),
  ];

  async function act(action: HostAction): Promise<boolean> {
    const answer = await connection.host(action);
    if (answer.ok) view.value = answer.value;
    else if (action.does !== 'view') toasts.notify(refusalText(answer));
    return answer.ok;
  }

  return {
    news,
    view,
    act,
    async actWithUndo(action, { text, undo }) {
      if (await act(action)) toasts.notify(text, { label: texts.value.undo, run: () => void act(undo) });
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}
