import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { willPass } from '../ack.ts';
import type { Connection } from '../connection.ts';
import { type Shelf, strokesIn } from '../storage.ts';
import type { Done } from './drawing-model.ts';

/** A drawing the server has yet to acknowledge: with a digit its label, with null only that it is finished. */
export interface Kept extends Done {
  digit: number | null;
}

/** `saving`: asked for. `kept`: here, and tried again. `saved`: the server has stored it. */
export interface LabelState {
  state: 'saving' | 'kept' | 'saved';
  digit: number;
}

export interface Outbox {
  readonly states: ReadonlySignal<ReadonlyMap<string, LabelState>>;
  readonly waiting: ReadonlySignal<{ labels: number; drawings: number }>;
  label(done: Done, digit: number): void;
  finish(done: Done): void;
  stop(): void;
}

export interface OutboxParts {
  connection: Connection;
  shelf: Shelf;
  /** The drawing still on the pad: its ink is sent by whoever draws it, and it is not finished. */
  isCurrent(drawing: string): boolean;
  wait(ms: number): Promise<void>;
  notify(message: string): void;
}

type Outcome =
  | { state: 'done' }
  | { state: 'later'; afterMs?: number }
  | { state: 'refused'; message: string };

const backoffMs = [1000, 2000, 4000, 8000, 15_000]; // the last one again and again: a label is never given up
const maxUnlabelled = 100; // drawings without a label are ink for the log, and make place for newer ones

/** Keeps labels until the server has them. At-least-once by retrying; once by the drawing's id. */
export function createOutbox({ connection, shelf, isCurrent, wait, notify }: OutboxParts): Outbox {
  const entries = signal<ReadonlyMap<string, Kept>>(restore(shelf));
  const states = signal<ReadonlyMap<string, LabelState>>(
    new Map(
      [...entries.value.values()].flatMap(({ drawing, digit }) =>
        digit === null ? [] : [[drawing, { state: 'kept', digit }]],
      ),
    ),
  );
  /** Whether the server holds a drawing's ink, as far as this line can tell. */
  let knows = new Map<string, boolean>();
  let running = false;
  let failures = 0;
  let wake = () => {};
  let stopped = false;
  const live = () => connection.link.value.state === 'live';

  function keep(entry: Kept) {
    entries.value = new Map(entries.value).set(entry.drawing, entry);
    shelf.write(entry.drawing, entry);
    const unlabelled = [...entries.value.values()].filter(each => each.digit === null);
    for (const old of unlabelled.slice(0, Math.max(0, unlabelled.length - maxUnlabelled)))
      forget(old.drawing);
  }

  function forget(drawing: string) {
    const left = new Map(entries.value);
    left.delete(drawing);
    entries.value = left;
    shelf.remove(drawing);
  }

  function say(drawing: string, state: LabelState | undefined) {
    const next = new Map(states.value);
    if (state === undefined) next.delete(drawing);
    else next.set(drawing, state);
    states.value = next;
  }

  /** One attempt at everything the server must know of this drawing. */
  async function attempt(entry: Kept): Promise<Outcome> {
    const { drawing, digit, seq, strokes } = entry;
    const sendsInk = !(knows.get(drawing) ?? isCurrent(drawing));
    if (sendsInk) {
      const answer = await connection.redraw({ drawing, seq, strokes });
      if (!answer.ok && willPass(answer)) return later(answer);
      // Any other refusal: it has the ink already, or says so again to what follows.
      knows.set(drawing, true);
    }
    if (digit !== null) {
      const answer = await connection.label({ drawing, digit });
      if (!answer.ok && willPass(answer)) return later(answer);
      if (!answer.ok && answer.reason === 'unknown_drawing' && !sendsInk) {
        knows.set(drawing, false);
        return attempt(entry);
      }
      if (!answer.ok) return { state: 'refused', message: answer.message };
    }
    if (isCurrent(drawing)) return { state: 'done' };
    const answer = await connection.finish({ drawing });
    return !answer.ok && willPass(answer) ? later(answer) : { state: 'done' };
  }

  /** Straight to a server that has seen it drawn, past any label waiting for the database. */
  async function finish(done: Done) {
    const digit = entries.value.get(done.drawing)?.digit ?? null;
    if (digit === null) say(done.drawing, undefined);
    else keep({ ...done, digit });
    if (done.strokes.length === 0) return;
    if (live()) {
      knows.set(done.drawing, true);
      const answer = await connection.finish({ drawing: done.drawing });
      if (answer.ok || !willPass(answer)) return;
    }
    if (!entries.value.has(done.drawing)) keep({ ...done, digit: null });
    void deliver();
  }

  async function deliver() {
    if (running) return;
    running = true;
    while (live() && !stopped) {
      const [entry] = entries.value.values();
      if (entry === undefined) break;
      await settle(entry, await attempt(entry));
    }
    running = false;
    for (const { drawing, digit } of entries.value.values()) {
      if (digit !== null) say(drawing, { state: 'kept', digit });
    }
  }

  async function settle({ drawing, digit }: Kept, outcome: Outcome) {
    const newest = entries.value.get(drawing);
    const changed = newest !== undefined && newest.digit !== digit;
    switch (outcome.state) {
      case 'done':
        failures = 0;
        if (changed) return;
        forget(drawing);
        if (digit !== null) say(drawing, isCurrent(drawing) ? { state: 'saved', digit } : undefined);
        return;
      case 'refused':
        if (changed) return;
        forget(drawing);
        say(drawing, undefined);
        notify(`The label ${digit} was not taken: ${outcome.message}`);
        return;
      case 'later': {
        if (!live()) return;
        for (const entry of entries.value.values()) {
          if (entry.digit !== null) say(entry.drawing, { state: 'kept', digit: entry.digit });
        }
        const pauseMs = outcome.afterMs ?? backoffMs[Math.min(failures, backoffMs.length - 1)];
        failures++;
        await Promise.race([wait(pauseMs), new Promise<void>(resolve => (wake = resolve))]);
        return;
      }
      default:
        return outcome satisfies never;
    }
  }

  const stopWelcome = connection.on('welcome', () => {
    knows = new Map();
    failures = 0;
    wake();
    void deliver();
  });

  return {
    states,
    waiting: computed(() => {
      const kept = [...entries.value.values()];
      const labels = kept.filter(entry => entry.digit !== null).length;
      return { labels, drawings: kept.length - labels };
    }),
    label(done, digit) {
      keep({ ...done, digit });
      say(done.drawing, { state: live() ? 'saving' : 'kept', digit });
      if (live()) knows.set(done.drawing, true);
      void deliver();
    },
    finish(done) {
      void finish(done);
    },
    stop() {
      stopped = true;
      wake();
      stopWelcome();
    },
  };
}

const later = ({ retryAfterMs }: { retryAfterMs?: number }): Outcome =>
  retryAfterMs === undefined ? { state: 'later' } : { state: 'later', afterMs: retryAfterMs };

function restore(shelf: Shelf): Map<string, Kept> {
  const entries = new Map<string, Kept>();
  for (const key of shelf.keys()) {
    const entry = keptIn(shelf.read(key));
    if (entry !== undefined) entries.set(entry.drawing, entry);
  }
  return entries;
}

function keptIn(value: unknown): Kept | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('drawing' in value && 'digit' in value && 'strokes' in value && 'seq' in value)) return undefined;
  const { drawing, digit, seq } = value;
  const strokes = strokesIn(value.strokes);
  if (typeof drawing !== 'string' || typeof seq !== 'number' || strokes === undefined) return undefined;
  return digit === null || typeof digit === 'number' ? { drawing, digit, seq, strokes } : undefined;
}
