import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Sample } from '../../shared/http-api.ts';
import { refetchOn } from '../models/refetch.ts';
import type { Api } from '../net/api.ts';

/** Labels of one person that are set aside. */
export interface SetAsidePerson {
  person: string;
  samples: readonly Sample[];
}

export interface SetAsideModel {
  /** The person with the most of them comes first. Empty unless the visitor is a host. */
  readonly people: ReadonlySignal<readonly SetAsidePerson[]>;
  readonly refusal: ReadonlySignal<string | undefined>;
  accept(samples: readonly Sample[]): Promise<void>;
  drop(samples: readonly Sample[]): Promise<void>;
  stop(): void;
}

export interface SetAsideParts {
  api: Pick<Api, 'samples' | 'decideSetAside'>;
  room: string;
  /** Number of labels that are set aside, as the server reported last. */
  count: ReadonlySignal<number>;
  isHost: ReadonlySignal<boolean>;
  /** Called after labels were accepted or taken off. */
  changed(): void;
  wait(ms: number): Promise<void>;
  random(): number;
}

const shown = 100;

/** A host's decisions about labels that two witnesses surely contradict. */
export function createSetAsideModel(parts: SetAsideParts): SetAsideModel {
  const { api, room, count, isHost, changed, wait, random } = parts;
  const samples = signal<readonly Sample[]>([]);
  const refusal = signal<string | undefined>(undefined);

  async function refresh() {
    if (!isHost.peek() || count.peek() === 0) {
      samples.value = [];
      return;
    }
    const page = await api.samples({ room, setAside: true, limit: shown });
    if (page !== undefined) samples.value = page.samples;
  }

  let last = '';
  let changes = 0;
  const events = computed(() => {
    const now = `${count.value} ${isHost.value}`;
    if (now !== last) changes++;
    last = now;
    return changes;
  });
  const stop = refetchOn({ events, refetch: refresh, wait, random });

  async function decide(chosen: readonly Sample[], accept: boolean) {
    const ids = chosen.map(({ id }) => id);
    const answer = await api.decideSetAside(ids, accept);
    refusal.value = answer.ok ? undefined : answer.message;
    if (!answer.ok) return;
    samples.value = samples.value.filter(({ id }) => !ids.includes(id));
    changed();
  }

  return {
    people: computed(() => {
      const people = new Map<string, Sample[]>();
      for (const sample of samples.value) {
        const person = sample.setAside?.person ?? '';
        people.set(person, [...(people.get(person) ?? []), sample]);
      }
      return Array.from(people, ([person, theirs]) => ({ person, samples: theirs })).sort(
        (one, other) => other.samples.length - one.samples.length,
      );
    }),
    refusal,
    accept: chosen => decide(chosen, true),
    drop: chosen => decide(chosen, false),
    stop,
  };
}
