import { computed, signal } from '@preact/signals';
import { type KeyValueStore, strokesIn } from '../browser/storage.ts';
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

export interface OutboxEntriesParts {
  room: string;
  /** All tabs of the browser share this store, in every room. */
  store: KeyValueStore;
}

const maxUnlabelled = 100; // drawings without a label only feed the log; newer ones replace them

/** Keeps entries in the store that all tabs share, until they are removed. */
export function createOutboxEntries({ room, store }: OutboxEntriesParts) {
  const entries = signal<ReadonlyMap<string, OutboxEntry>>(readStore());
  /** Drawings whose entries this page wrote. The store decides about all other entries, which may be another tab's. */
  const own = new Set<string>();

  function readStore(): Map<string, OutboxEntry> {
    const stored = store.keys().flatMap(key => parseEntry(store.read(key), room) ?? []);
    return new Map(stored.map(entry => [entry.drawing, entry]));
  }

  /**
   * Merges the changes of other tabs. Their new entries stay theirs to send until the next connection. Returns the
   * drawings whose entries are gone.
   */
  function merge({ isNewConnection }: { isNewConnection: boolean }): string[] {
    const stored = readStore();
    const known = entries.value;
    const mine = [...known.values()].filter(({ drawing }) => own.has(drawing));
    const theirs = [...stored.values()].filter(
      entry =>
        !own.has(entry.drawing) && (isNewConnection || known.has(entry.drawing) || entry.room !== room),
    );
    entries.value = new Map([...mine, ...theirs].map(entry => [entry.drawing, entry]));
    return [...known.keys()].filter(drawing => !entries.value.has(drawing));
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

  function remove(drawing: string) {
    const left = new Map(entries.value);
    left.delete(drawing);
    entries.value = left;
    own.delete(drawing);
    store.remove(drawing);
  }

  return {
    get: (drawing: string) => entries.value.get(drawing),
    all: () => [...entries.value.values()],
    isOwn: (drawing: string) => own.has(drawing),
    labelOf,
    put,
    remove,
    merge,
    /** Drops all entries, of every room. */
    clear() {
      for (const drawing of [...entries.value.keys()]) remove(drawing);
      for (const drawing of store.keys()) store.remove(drawing);
    },
    waiting: computed(() => count([...entries.value.values()].filter(entry => entry.room === room))),
    elsewhere: computed(() => {
      const others = new Map<string, OutboxEntry[]>();
      for (const entry of entries.value.values())
        if (entry.room !== room) others.set(entry.room, [...(others.get(entry.room) ?? []), entry]);
      return new Map(Array.from(others, ([name, waiting]) => [name, count(waiting)]));
    }),
  };
}

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
