import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Sample } from '../../shared/http-api.ts';
import { decidedAt } from '../../shared/limits.ts';
import { refetchOn } from '../models/refetch.ts';
import type { Api } from '../net/api.ts';

export interface HelpModel {
  /** The drawing to label now; undefined when there is none. */
  readonly current: ReadonlySignal<Sample | undefined>;
  /** Drawings that wait, the current one included. */
  readonly left: ReadonlySignal<number>;
  /** Labels given here. */
  readonly given: ReadonlySignal<number>;
  readonly mayTakeBack: ReadonlySignal<boolean>;
  readonly refusal: ReadonlySignal<string | undefined>;
  label(digit: number): Promise<void>;
  skip(): void;
  /** Takes the last label off and asks for its drawing again. */
  takeBack(): Promise<void>;
  stop(): void;
}

export interface HelpParts {
  api: Pick<Api, 'samples' | 'relabel'>;
  room: string;
  /** Whether the visitor may label drawings of others: the room's host and admins. */
  labelsAll: ReadonlySignal<boolean>;
  /** Increases when the drawings of the room have changed. */
  events: ReadonlySignal<number>;
  /** Called after a label was given or taken back. */
  changed(): void;
  wait(ms: number): Promise<void>;
  random(): number;
}

const perPage = 100; // drawings of others are among them, which only a host may label

/** Offers unlabelled drawings that the model is not sure of, the least sure first: one answer after the other. */
export function createHelpModel({
  api,
  room,
  labelsAll,
  events,
  changed,
  wait,
  random,
}: HelpParts): HelpModel {
  const found = signal<readonly Sample[]>([]);
  /** Labelled or skipped here: the server may still list them. */
  const done = signal<ReadonlySet<number>>(new Set());
  const given = signal<readonly Sample[]>([]);
  const refusal = signal<string | undefined>(undefined);
  const waiting = computed(() =>
    found.value.filter(sample => !done.value.has(sample.id) && (sample.mine || labelsAll.value)),
  );
  let stopped = false;

  async function refresh() {
    const page = await api.samples({ room, sort: 'unsure', labelled: false, limit: perPage });
    if (page !== undefined && !stopped) found.value = page.samples.filter(isUnsure);
  }

  function setDone(id: number, isDone: boolean) {
    const next = new Set(done.value);
    if (isDone) next.add(id);
    else next.delete(id);
    done.value = next;
  }

  const stop = refetchOn({ events, refetch: refresh, wait, random });

  return {
    current: computed(() => waiting.value[0]),
    left: computed(() => waiting.value.length),
    given: computed(() => given.value.length),
    mayTakeBack: computed(() => given.value.length > 0),
    refusal,
    async label(digit) {
      const [sample] = waiting.peek();
      if (sample === undefined) return;
      // The next drawing is shown at once: the hand is faster than the network.
      setDone(sample.id, true);
      const answer = await api.relabel(sample.id, digit);
      batch(() => {
        refusal.value = answer.ok ? undefined : answer.message;
        if (answer.ok) given.value = [...given.value, sample];
        else if (answer.reason === 'unanswered') setDone(sample.id, false);
      });
      if (answer.ok) changed();
    },
    skip() {
      const [sample] = waiting.peek();
      if (sample !== undefined) setDone(sample.id, true);
    },
    async takeBack() {
      const last = given.peek().at(-1);
      if (last === undefined) return;
      const answer = await api.relabel(last.id, null);
      batch(() => {
        refusal.value = answer.ok ? undefined : answer.message;
        if (!answer.ok) return;
        given.value = given.value.filter(({ id }) => id !== last.id);
        found.value = [last, ...found.value.filter(({ id }) => id !== last.id)];
        setDone(last.id, false);
      });
      if (answer.ok) changed();
    },
    stop() {
      stopped = true;
      stop();
    },
  };
}

const isUnsure = ({ strokes, probabilities }: Sample) =>
  strokes !== null && probabilities !== null && Math.max(...probabilities) < decidedAt;
