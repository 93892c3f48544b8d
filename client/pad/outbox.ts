import { type ReadonlySignal, signal } from '@preact/signals';
import type { KeyValueStore } from '../browser/storage.ts';
import { texts } from '../language/language.ts';
import { refusalText } from '../language/refusal-text.ts';
import type { Connection } from '../net/connection.ts';
import { type Answer, isTransient } from '../net/retry.ts';
import type { DrawingSnapshot } from './drawing-model.ts';
import { createOutboxEntries, type OutboxEntry, type WaitingCounts } from './outbox-entries.ts';

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

/** Sends labels until the server acknowledges them: at least once by retries, once by the drawing's id. */
export function createOutbox(parts: OutboxParts): Outbox {
  const { connection, room, store, watch, isCurrent, drawingsElsewhere, unlabel, wait, notify } = parts;
  const entries = createOutboxEntries({ room, store });
  const states = signal<ReadonlyMap<string, LabelState>>(
    new Map(
      entries
        .all()
        .flatMap(({ drawing, digit, withdrawn }) =>
          digit === null || withdrawn ? [] : [[drawing, { state: 'kept', digit }]],
        ),
    ),
  );
  const withdrawn = signal<ReadonlySet<string>>(
    new Set(entries.all().flatMap(entry => (entry.withdrawn ? [entry.drawing] : []))),
  );
  /** Drawings whose label this page has sent, acknowledged or not. */
  const labelSent = new Set<string>();
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

  function mergeStore(at: { isNewConnection: boolean }) {
    for (const drawing of entries.merge(at)) setState(drawing, undefined);
  }

  /** The next entry that this page must send. */
  function next(): OutboxEntry | undefined {
    return entries.all().find(entry => {
      if (entry.room !== room) return false;
      const isMine = entries.isOwn(entry.drawing) || isCurrent(entry.drawing);
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

  function setWithdrawn(drawing: string, isWithdrawn: boolean) {
    const next = new Set(withdrawn.value);
    if (isWithdrawn) next.add(drawing);
    else next.delete(drawing);
    withdrawn.value = next;
  }

  /** Shows each label that waits as kept. */
  function showKept() {
    for (const { drawing, digit, withdrawn } of entries.all())
      if (digit !== null && !withdrawn) setState(drawing, { state: 'kept', digit });
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
    const newest = entries.get(drawing);
    if (newest !== undefined && serverHasInk.get(drawing) === false) return attempt(newest);
    const answer = await connection.finish({ drawing });
    return !answer.ok && isTransient(answer) ? later(answer) : { state: 'done' };
  }

  /** Sends `finish` at once while live: a label in the queue may wait for the database. */
  async function finish(snapshot: DrawingSnapshot) {
    if (entries.labelOf(snapshot.drawing).digit === null) setState(snapshot.drawing, undefined);
    else entries.put(snapshot);
    if (snapshot.strokes.length === 0) return;
    if (live()) {
      serverHasInk.set(snapshot.drawing, true);
      const answer = await connection.finish({ drawing: snapshot.drawing });
      if (answer.ok || !isTransient(answer)) return;
    }
    if (entries.get(snapshot.drawing) === undefined) entries.put(snapshot);
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
    const newest = entries.get(drawing);
    const changed = newest !== undefined && (newest.digit !== digit || newest.withdrawn !== withdrawn);
    switch (outcome.state) {
      case 'done':
        failures = 0;
        if (changed) return;
        entries.remove(drawing);
        if (digit !== null && !withdrawn)
          setState(drawing, isCurrent(drawing) ? { state: 'saved', digit } : undefined);
        return;
      case 'refused':
        if (changed) return;
        entries.remove(drawing);
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
    waiting: entries.waiting,
    elsewhere: entries.elsewhere,
    withdrawn,
    label(snapshot, digit) {
      setWithdrawn(snapshot.drawing, false);
      entries.put(snapshot, { digit, withdrawn: false });
      setState(snapshot.drawing, { state: live() ? 'saving' : 'kept', digit });
      if (live()) serverHasInk.set(snapshot.drawing, true);
      void deliver();
    },
    withdraw(snapshot, digit) {
      const { drawing } = snapshot;
      setWithdrawn(drawing, true);
      setState(drawing, undefined);
      if (entries.isOwn(drawing) && !labelSent.has(drawing)) {
        entries.remove(drawing);
        return;
      }
      entries.put(snapshot, { digit, withdrawn: true });
      void deliver();
    },
    finish(snapshot) {
      void finish(snapshot);
    },
    unfinish(drawing) {
      const entry = entries.get(drawing);
      if (live() || entry === undefined || entry.digit !== null) return false;
      entries.remove(drawing);
      return true;
    },
    resendAndFinish(snapshot) {
      entries.put(snapshot);
      serverHasInk.set(snapshot.drawing, false);
      void deliver();
    },
    refresh(snapshot) {
      if (entries.labelOf(snapshot.drawing).digit !== null) entries.put(snapshot);
    },
    clear() {
      entries.clear();
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
