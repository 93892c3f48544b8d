import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { type KeyValueStore, strokesIn } from '../browser/storage.ts';
import { texts } from '../language/language.ts';
import { refusalText } from '../language/refusal-text.ts';
import type { Connection } from '../net/connection.ts';
import { type Answer, isTransient } from '../net/retry.ts';
import type { DrawingSnapshot } from './drawing-model.ts';

/** A label that the server has not acknowledged; `digit` null: only the end of the drawing. */
export interface OutboxEntry extends DrawingSnapshot {
  digit: number | null;
  /** The author has taken the label back: the server stores it, or has stored it, and removes it again. */
  withdrawn: boolean;
  /** The room of the drawing: only a page of this room sends the entry. */
  room: string;
}

export interface WaitingCounts {
  labels: number;
  drawings: number;
}

/** `saving`: sent. `kept`: waits in the outbox for a retry. `saved`: stored by the server. */
export interface LabelState {
  state: 'saving' | 'kept' | 'saved';
  digit: number;
}

export interface Outbox {
  readonly states: ReadonlySignal<ReadonlyMap<string, LabelState>>;
  readonly waiting: ReadonlySignal<WaitingCounts>;
  /** Entries of other rooms, by room: they wait for a page of that room. */
  readonly elsewhere: ReadonlySignal<ReadonlyMap<string, WaitingCounts>>;
  /** Drawings whose label was taken back, whatever the wall still shows. */
  readonly withdrawn: ReadonlySignal<ReadonlySet<string>>;
  label(snapshot: DrawingSnapshot, digit: number): void;
  /** Takes the label `digit` back, wherever it has arrived. */
  withdraw(snapshot: DrawingSnapshot, digit: number): void;
  finish(snapshot: DrawingSnapshot): void;
  /** Drops the end of an unlabelled drawing that waits to be sent; false if the server may know it. */
  unfinish(drawing: string): boolean;
  /** Sends the ink of the snapshot before `finish`, whatever the server holds. */
  resendAndFinish(snapshot: DrawingSnapshot): void;
  /** Updates the ink of a waiting label before the page closes. */
  refresh(snapshot: DrawingSnapshot): void;
  /** Drops all entries, of every room. */
  clear(): void;
  stop(): void;
}

export interface OutboxParts {
  connection: Connection;
  room: string;
  /** All tabs of the browser share this store, in every room. */
  store: KeyValueStore;
  /** Calls `changed` when another tab changes the store. */
  watch(changed: () => void): () => void;
  /** Whether the drawing is on this tab's pad: then the drawing model sends its ink, and it is not finished. */
  isCurrent(drawing: string): boolean;
  /** Ids of the drawings on the pads of other tabs; those tabs send their labels. */
  drawingsElsewhere(): Promise<ReadonlySet<string>>;
  /** Removes the label of a stored sample. */
  unlabel(sample: number): Promise<Answer>;
  wait(ms: number): Promise<void>;
  notify(message: string): void;
}

type Outcome =
  | { state: 'done' }
  | { state: 'later'; afterMs?: number }
  | { state: 'refused'; message: string };

const backoffMs = [1000, 2000, 4000, 8000, 15_000]; // repeats the last one without end: a label is never dropped
const maxUnlabelled = 100; // drawings without a label only feed the log; newer ones replace them

/** Stores labels until the server acknowledges them: at least once by retries, once by the drawing's id. */
export function createOutbox(parts: OutboxParts): Outbox {
  const { connection, room, store, watch, isCurrent, drawingsElsewhere, unlabel, wait, notify } = parts;
  const entries = signal<ReadonlyMap<string, OutboxEntry>>(readStore());
  const states = signal<ReadonlyMap<string, LabelState>>(
    new Map(
      [...entries.value.values()].flatMap(({ drawing, digit, withdrawn }) =>
        digit === null || withdrawn ? [] : [[drawing, { state: 'kept', digit }]],
      ),
    ),
  );
  const withdrawn = signal<ReadonlySet<string>>(
    new Set([...entries.value.values()].flatMap(entry => (entry.withdrawn ? [entry.drawing] : []))),
  );
  /** Drawings whose label this page has sent, acknowledged or not. */
  const labelSent = new Set<string>();
  /** Drawings whose entries this page wrote. The store decides about all other entries, which may be another tab's. */
  const own = new Set<string>();
  /** Drawings on other pads, queried once a connection; undefined until the tabs have answered. */
  let elsewhere: ReadonlySet<string> | undefined;
  let queries = 0;
  /** Whether the server holds a drawing's ink, as far as this connection has shown. */
  let serverHasInk = new Map<string, boolean>();
  let running = false;
  let failures = 0;
  let wake = () => {};
  let stopped = false;
  const live = () => connection.link.value.state === 'live';

  function readStore(): Map<string, OutboxEntry> {
    const stored = store.keys().flatMap(key => parseEntry(store.read(key), room) ?? []);
    return new Map(stored.map(entry => [entry.drawing, entry]));
  }

  /** Merges the changes of other tabs. Their new entries stay theirs to send until the next connection. */
  function mergeStore({ isNewConnection }: { isNewConnection: boolean }) {
    const stored = readStore();
    const known = entries.value;
    const mine = [...known.values()].filter(({ drawing }) => own.has(drawing));
    const theirs = [...stored.values()].filter(
      entry =>
        !own.has(entry.drawing) && (isNewConnection || known.has(entry.drawing) || entry.room !== room),
    );
    entries.value = new Map([...mine, ...theirs].map(entry => [entry.drawing, entry]));
    for (const drawing of known.keys()) if (!entries.value.has(drawing)) setState(drawing, undefined);
  }

  /** The next entry that this page must send. */
  function next(): OutboxEntry | undefined {
    return [...entries.value.values()].find(entry => {
      if (entry.room !== room) return false;
      const isMine = own.has(entry.drawing) || isCurrent(entry.drawing);
      return isMine || (elsewhere !== undefined && !elsewhere.has(entry.drawing));
    });
  }

  async function queryTabs() {
    elsewhere = undefined;
    const own = ++queries;
    const found = await drawingsElsewhere();
    if (own !== queries) return;
    elsewhere = found;
    void deliver();
  }

  /** Stores the snapshot with `label`, or with the label that the entry has. */
  function put(
    snapshot: DrawingSnapshot,
    label: Pick<OutboxEntry, 'digit' | 'withdrawn'> = labelOf(snapshot.drawing),
  ) {
    const { digit, withdrawn } = label;
    const entry = { ...snapshot, digit, withdrawn, room };
    own.add(entry.drawing);
    entries.value = new Map(entries.value).set(entry.drawing, entry);
    store.write(entry.drawing, entry);
    const unlabelled = [...entries.value.values()].filter(each => each.digit === null);
    for (const old of unlabelled.slice(0, Math.max(0, unlabelled.length - maxUnlabelled)))
      remove(old.drawing);
  }

  function labelOf(drawing: string): Pick<OutboxEntry, 'digit' | 'withdrawn'> {
    return entries.value.get(drawing) ?? { digit: null, withdrawn: false };
  }

  function setWithdrawn(drawing: string, isWithdrawn: boolean) {
    const next = new Set(withdrawn.value);
    if (isWithdrawn) next.add(drawing);
    else next.delete(drawing);
    withdrawn.value = next;
  }

  /** Shows each label that waits as kept. */
  function showKept() {
    for (const { drawing, digit, withdrawn } of entries.value.values())
      if (digit !== null && !withdrawn) setState(drawing, { state: 'kept', digit });
  }

  function remove(drawing: string) {
    const left = new Map(entries.value);
    left.delete(drawing);
    entries.value = left;
    own.delete(drawing);
    store.remove(drawing);
  }

  function setState(drawing: string, state: LabelState | undefined) {
    const next = new Map(states.value);
    if (state === undefined) next.delete(drawing);
    else next.set(drawing, state);
    states.value = next;
  }

  /** Tries once to send the ink if needed, the label, and the end of the drawing. */
  async function attempt(entry: OutboxEntry): Promise<Outcome> {
    const { drawing, digit, seq, strokes } = entry;
    const sendsInk = !(serverHasInk.get(drawing) ?? isCurrent(drawing));
    if (sendsInk) {
      const answer = await connection.redraw({ drawing, seq, strokes });
      if (!answer.ok && isTransient(answer)) return later(answer);
      // Any other refusal: the server holds the ink already, or refuses the label as well.
      serverHasInk.set(drawing, true);
    }
    if (digit !== null) {
      labelSent.add(drawing);
      const answer = await connection.label({ drawing, digit });
      if (!answer.ok && isTransient(answer)) return later(answer);
      if (!answer.ok && answer.reason === 'unknown_drawing' && !sendsInk) {
        serverHasInk.set(drawing, false);
        return attempt(entry);
      }
      if (!answer.ok) return { state: 'refused', message: refusalText(answer) };
      if (entry.withdrawn) {
        const removed = await unlabel(answer.value.sample);
        if (!removed.ok && isTransient(removed)) return later(removed);
        if (!removed.ok) return { state: 'refused', message: refusalText(removed) };
      }
    }
    if (isCurrent(drawing)) return { state: 'done' };
    // `resendAndFinish` has replaced the ink meanwhile.
    const newest = entries.value.get(drawing);
    if (newest !== undefined && serverHasInk.get(drawing) === false) return attempt(newest);
    const answer = await connection.finish({ drawing });
    return !answer.ok && isTransient(answer) ? later(answer) : { state: 'done' };
  }

  /** Sends `finish` at once while live: a label in the queue may wait for the database. */
  async function finish(snapshot: DrawingSnapshot) {
    if (labelOf(snapshot.drawing).digit === null) setState(snapshot.drawing, undefined);
    else put(snapshot);
    if (snapshot.strokes.length === 0) return;
    if (live()) {
      serverHasInk.set(snapshot.drawing, true);
      const answer = await connection.finish({ drawing: snapshot.drawing });
      if (answer.ok || !isTransient(answer)) return;
    }
    if (!entries.value.has(snapshot.drawing)) put(snapshot);
    void deliver();
  }

  async function deliver() {
    if (running) return;
    running = true;
    while (live() && !stopped) {
      const entry = next();
      if (entry === undefined) break;
      await applyOutcome(entry, await attempt(entry));
    }
    running = false;
    showKept();
  }

  async function applyOutcome({ drawing, digit, withdrawn }: OutboxEntry, outcome: Outcome) {
    const newest = entries.value.get(drawing);
    const changed = newest !== undefined && (newest.digit !== digit || newest.withdrawn !== withdrawn);
    switch (outcome.state) {
      case 'done':
        failures = 0;
        if (changed) return;
        remove(drawing);
        if (digit !== null && !withdrawn)
          setState(drawing, isCurrent(drawing) ? { state: 'saved', digit } : undefined);
        return;
      case 'refused':
        if (changed) return;
        remove(drawing);
        setState(drawing, undefined);
        setWithdrawn(drawing, false);
        if (digit !== null) {
          const text = texts.value.notice;
          notify((withdrawn ? text.notTakenBack : text.notTaken)(digit, outcome.message));
        }
        return;
      case 'later': {
        if (!live()) return;
        showKept();
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
    serverHasInk = new Map();
    failures = 0;
    mergeStore({ isNewConnection: true });
    wake();
    void deliver();
    void queryTabs();
  });
  const stopWatch = watch(() => mergeStore({ isNewConnection: false }));

  return {
    states,
    waiting: computed(() => count([...entries.value.values()].filter(entry => entry.room === room))),
    elsewhere: computed(() => {
      const others = new Map<string, OutboxEntry[]>();
      for (const entry of entries.value.values())
        if (entry.room !== room) others.set(entry.room, [...(others.get(entry.room) ?? []), entry]);
      return new Map(Array.from(others, ([name, waiting]) => [name, count(waiting)]));
    }),
    withdrawn,
    label(snapshot, digit) {
      setWithdrawn(snapshot.drawing, false);
      put(snapshot, { digit, withdrawn: false });
      setState(snapshot.drawing, { state: live() ? 'saving' : 'kept', digit });
      if (live()) serverHasInk.set(snapshot.drawing, true);
      void deliver();
    },
    withdraw(snapshot, digit) {
      const { drawing } = snapshot;
      setWithdrawn(drawing, true);
      setState(drawing, undefined);
      if (own.has(drawing) && !labelSent.has(drawing)) {
        remove(drawing);
        return;
      }
      put(snapshot, { digit, withdrawn: true });
      void deliver();
    },
    finish(snapshot) {
      void finish(snapshot);
    },
    unfinish(drawing) {
      const entry = entries.value.get(drawing);
      if (live() || entry === undefined || entry.digit !== null) return false;
      remove(drawing);
      return true;
    },
    resendAndFinish(snapshot) {
      put(snapshot);
      serverHasInk.set(snapshot.drawing, false);
      void deliver();
    },
    refresh(snapshot) {
      if (labelOf(snapshot.drawing).digit !== null) put(snapshot);
    },
    clear() {
      for (const drawing of [...entries.value.keys()]) remove(drawing);
      for (const drawing of store.keys()) store.remove(drawing);
      states.value = new Map();
    },
    stop() {
      stopped = true;
      queries++;
      wake();
      stopWatch();
      stopWelcome();
    },
  };
}

const later = ({ retryAfterMs }: { retryAfterMs?: number }): Outcome =>
  retryAfterMs === undefined ? { state: 'later' } : { state: 'later', afterMs: retryAfterMs };

function count(entries: readonly OutboxEntry[]): WaitingCounts {
  const labels = entries.filter(({ digit }) => digit !== null).length;
  return { labels, drawings: entries.length - labels };
}

/** An entry without a room, from an older version, counts as one of this room. */
function parseEntry(value: unknown, here: string): OutboxEntry | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('drawing' in value && 'digit' in value && 'strokes' in value && 'seq' in value)) return undefined;
  const { drawing, digit, seq } = value;
  const strokes = strokesIn(value.strokes);
  if (typeof drawing !== 'string' || typeof seq !== 'number' || strokes === undefined) return undefined;
  const room = 'room' in value && typeof value.room === 'string' ? value.room : here;
  const withdrawn = 'withdrawn' in value && value.withdrawn === true;
  return digit === null || typeof digit === 'number'
    ? { drawing, digit, withdrawn, seq, strokes, room }
    : undefined;
}
