import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { type KeyValueStore, strokesIn } from '../browser/storage.ts';
import type { Connection } from '../net/connection.ts';
import { isTransient } from '../net/retry.ts';
import type { Done } from './drawing-model.ts';

/** A drawing the server has yet to acknowledge: with a digit its label, with null only that it is finished. */
export interface KeptLabel extends Done {
  digit: number | null;
  /** Where it was drawn: it is sent from a page of that room alone. */
  room: string;
}

export interface WaitingCounts {
  labels: number;
  drawings: number;
}

/** `saving`: asked for. `kept`: here, and tried again. `saved`: the server has stored it. */
export interface LabelState {
  state: 'saving' | 'kept' | 'saved';
  digit: number;
}

export interface Outbox {
  readonly states: ReadonlySignal<ReadonlyMap<string, LabelState>>;
  readonly waiting: ReadonlySignal<WaitingCounts>;
  /** What waits until a page of another room is open, by room. */
  readonly elsewhere: ReadonlySignal<ReadonlyMap<string, WaitingCounts>>;
  label(done: Done, digit: number): void;
  finish(done: Done): void;
  /** Finishes a drawing as it is given, whatever the server has of it. */
  restore(done: Done): void;
  /** The page may go: a label that is kept is of the ink that is there now. */
  refresh(done: Done): void;
  stop(): void;
}

export interface OutboxParts {
  connection: Connection;
  room: string;
  /** Shared by all tabs of the browser, in whatever room. */
  shelf: KeyValueStore;
  /** Another tab changed what is on the shelf. */
  watch(changed: () => void): () => void;
  /** The drawing still on the pad: its ink is sent by whoever draws it, and it is not finished. */
  isCurrent(drawing: string): boolean;
  /** The drawings on the pads of other tabs, whose labels those tabs send. */
  drawingsElsewhere(): Promise<ReadonlySet<string>>;
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
export function createOutbox(parts: OutboxParts): Outbox {
  const { connection, room, shelf, watch, isCurrent, drawingsElsewhere, wait, notify } = parts;
  const entries = signal<ReadonlyMap<string, KeptLabel>>(restore());
  const states = signal<ReadonlyMap<string, LabelState>>(
    new Map(
      [...entries.value.values()].flatMap(({ drawing, digit }) =>
        digit === null ? [] : [[drawing, { state: 'kept', digit }]],
      ),
    ),
  );
  /** What this page kept itself. Everything else may be another tab's, and the shelf says how it is now. */
  const own = new Set<string>();
  /** Drawings on other pads, asked for anew on every line; undefined until they are known. */
  let elsewhere: ReadonlySet<string> | undefined;
  let questions = 0;
  /** Whether the server holds a drawing's ink, as far as this line can tell. */
  let knows = new Map<string, boolean>();
  let running = false;
  let failures = 0;
  let wake = () => {};
  let stopped = false;
  const live = () => connection.link.value.state === 'live';

  function restore(): Map<string, KeptLabel> {
    const kept = shelf.keys().flatMap(key => keptIn(shelf.read(key), room) ?? []);
    return new Map(kept.map(entry => [entry.drawing, entry]));
  }

  /** Takes over what other tabs did with their entries. What they keep meanwhile is theirs to send, until the next line. */
  function look({ isNewLine }: { isNewLine: boolean }) {
    const kept = restore();
    const known = entries.value;
    const mine = [...known.values()].filter(({ drawing }) => own.has(drawing));
    const theirs = [...kept.values()].filter(
      entry => !own.has(entry.drawing) && (isNewLine || known.has(entry.drawing) || entry.room !== room),
    );
    entries.value = new Map([...mine, ...theirs].map(entry => [entry.drawing, entry]));
    for (const drawing of known.keys()) if (!entries.value.has(drawing)) say(drawing, undefined);
  }

  /** The next one that is this page's to send. */
  function next(): KeptLabel | undefined {
    return [...entries.value.values()].find(entry => {
      if (entry.room !== room) return false;
      const isMine = own.has(entry.drawing) || isCurrent(entry.drawing);
      return isMine || (elsewhere !== undefined && !elsewhere.has(entry.drawing));
    });
  }

  async function askTabs() {
    elsewhere = undefined;
    const question = ++questions;
    const found = await drawingsElsewhere();
    if (question !== questions) return;
    elsewhere = found;
    void deliver();
  }

  function keep(done: Done, digit: number | null) {
    const entry = { ...done, digit, room };
    own.add(entry.drawing);
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
    own.delete(drawing);
    shelf.remove(drawing);
  }

  function say(drawing: string, state: LabelState | undefined) {
    const next = new Map(states.value);
    if (state === undefined) next.delete(drawing);
    else next.set(drawing, state);
    states.value = next;
  }

  /** One attempt at everything the server must know of this drawing. */
  async function attempt(entry: KeptLabel): Promise<Outcome> {
    const { drawing, digit, seq, strokes } = entry;
    const sendsInk = !(knows.get(drawing) ?? isCurrent(drawing));
    if (sendsInk) {
      const answer = await connection.redraw({ drawing, seq, strokes });
      if (!answer.ok && isTransient(answer)) return later(answer);
      // Any other refusal: it has the ink already, or says so again to what follows.
      knows.set(drawing, true);
    }
    if (digit !== null) {
      const answer = await connection.label({ drawing, digit });
      if (!answer.ok && isTransient(answer)) return later(answer);
      if (!answer.ok && answer.reason === 'unknown_drawing' && !sendsInk) {
        knows.set(drawing, false);
        return attempt(entry);
      }
      if (!answer.ok) return { state: 'refused', message: answer.message };
    }
    if (isCurrent(drawing)) return { state: 'done' };
    // Its ink was restored meanwhile.
    const newest = entries.value.get(drawing);
    if (newest !== undefined && knows.get(drawing) === false) return attempt(newest);
    const answer = await connection.finish({ drawing });
    return !answer.ok && isTransient(answer) ? later(answer) : { state: 'done' };
  }

  /** Straight to a server that has seen it drawn, past any label waiting for the database. */
  async function finish(done: Done) {
    const digit = entries.value.get(done.drawing)?.digit ?? null;
    if (digit === null) say(done.drawing, undefined);
    else keep(done, digit);
    if (done.strokes.length === 0) return;
    if (live()) {
      knows.set(done.drawing, true);
      const answer = await connection.finish({ drawing: done.drawing });
      if (answer.ok || !isTransient(answer)) return;
    }
    if (!entries.value.has(done.drawing)) keep(done, null);
    void deliver();
  }

  async function deliver() {
    if (running) return;
    running = true;
    while (live() && !stopped) {
      const entry = next();
      if (entry === undefined) break;
      await settle(entry, await attempt(entry));
    }
    running = false;
    for (const { drawing, digit } of entries.value.values()) {
      if (digit !== null) say(drawing, { state: 'kept', digit });
    }
  }

  async function settle({ drawing, digit }: KeptLabel, outcome: Outcome) {
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

  const stopWelcome = connection.listen('welcome', () => {
    knows = new Map();
    failures = 0;
    look({ isNewLine: true });
    wake();
    void deliver();
    void askTabs();
  });
  const stopWatching = watch(() => look({ isNewLine: false }));

  return {
    states,
    waiting: computed(() => count([...entries.value.values()].filter(entry => entry.room === room))),
    elsewhere: computed(() => {
      const others = new Map<string, KeptLabel[]>();
      for (const entry of entries.value.values())
        if (entry.room !== room) others.set(entry.room, [...(others.get(entry.room) ?? []), entry]);
      return new Map(Array.from(others, ([name, kept]) => [name, count(kept)]));
    }),
    label(done, digit) {
      keep(done, digit);
      say(done.drawing, { state: live() ? 'saving' : 'kept', digit });
      if (live()) knows.set(done.drawing, true);
      void deliver();
    },
    finish(done) {
      void finish(done);
    },
    restore(done) {
      keep(done, entries.value.get(done.drawing)?.digit ?? null);
      knows.set(done.drawing, false);
      void deliver();
    },
    refresh(done) {
      const digit = entries.value.get(done.drawing)?.digit ?? null;
      if (digit !== null) keep(done, digit);
    },
    stop() {
      stopped = true;
      questions++;
      wake();
      stopWatching();
      stopWelcome();
    },
  };
}

const later = ({ retryAfterMs }: { retryAfterMs?: number }): Outcome =>
  retryAfterMs === undefined ? { state: 'later' } : { state: 'later', afterMs: retryAfterMs };

function count(kept: readonly KeptLabel[]): WaitingCounts {
  const labels = kept.filter(({ digit }) => digit !== null).length;
  return { labels, drawings: kept.length - labels };
}

/** An entry from before there was a room in it is taken for one of this room. */
function keptIn(value: unknown, here: string): KeptLabel | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('drawing' in value && 'digit' in value && 'strokes' in value && 'seq' in value)) return undefined;
  const { drawing, digit, seq } = value;
  const strokes = strokesIn(value.strokes);
  if (typeof drawing !== 'string' || typeof seq !== 'number' || strokes === undefined) return undefined;
  const room = 'room' in value && typeof value.room === 'string' ? value.room : here;
  return digit === null || typeof digit === 'number' ? { drawing, digit, seq, strokes, room } : undefined;
}
