import { type ReadonlySignal, signal } from '@preact/signals';
import type { Sample, SamplePage } from '../../shared/http-api.ts';
import { refetchOn } from './refetch.ts';

export type RecentState = 'loading' | 'ready' | 'unavailable';

export interface RecentModel {
  readonly samples: ReadonlySignal<readonly Sample[]>;
  readonly state: ReadonlySignal<RecentState>;
  /** Whether the server has older samples. */
  readonly older: ReadonlySignal<boolean>;
  more(): Promise<void>;
  /** Replaces a sample by `next`, or removes it without `next`. */
  change(id: number, next?: Sample): void;
  stop(): void;
}

export interface RecentParts {
  /** Loads the newest page, or the one before the sample with that id; undefined when loading fails. */
  load(before?: number): Promise<SamplePage | undefined>;
  /** Increases when the list has changed on the server. */
  events: ReadonlySignal<number>;
  wait(ms: number): Promise<void>;
  random(): number;
}

/** The stored drawings of the room, newest first. */
export function createRecentModel({ load, events, wait, random }: RecentParts): RecentModel {
  const samples = signal<readonly Sample[]>([]);
  const state = signal<RecentState>('loading');
  const older = signal(false);
  let next: number | null = null;
  let extended = false;
  let stopped = false;

  async function refresh() {
    const page = await load();
    if (stopped) return;
    if (page === undefined) {
      state.value = 'unavailable';
      return;
    }
    const oldest = page.samples.at(-1)?.id ?? Infinity;
    // Older pages stay open while the newest page leaves no gap before them.
    extended &&= samples.value.some(sample => sample.id >= oldest);
    const opened = extended ? samples.value.filter(sample => sample.id < oldest) : [];
    samples.value = [...page.samples, ...opened];
    if (!extended) next = page.next;
    older.value = next !== null;
    state.value = 'ready';
  }

  const stopRefetching = refetchOn({ events, refetch: refresh, wait, random });

  return {
    samples,
    state,
    older,
    async more() {
      if (next === null) return;
      const page = await load(next);
      if (page === undefined) {
        state.value = 'unavailable';
        return;
      }
      const oldest = samples.value.at(-1)?.id ?? Infinity;
      samples.value = [...samples.value, ...page.samples.filter(sample => sample.id < oldest)];
      next = page.next;
      extended = true;
      older.value = next !== null;
    },
    change(id, next) {
      samples.value = samples.value.flatMap(sample => (sample.id !== id ? [sample] : next ? [next] : []));
    },
    stop() {
      stopped = true;
      stopRefetching();
    },
  };
}
