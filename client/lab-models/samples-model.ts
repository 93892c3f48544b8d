import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Prediction, Sample } from '../../shared/http-api.ts';
import { refusalText } from '../language/refusal-text.ts';
import { createRecentModel, type RecentModel } from '../models/recent-model.ts';
import type { Api } from '../net/api.ts';
import type { Answer } from '../net/retry.ts';

export interface Filter {
  which: 'all' | 'labelled' | 'wrong';
  digit: number | undefined;
  model: string | undefined;
  rooms: 'here' | 'all';
}

/** The action on the open drawing. */
export type PendingAction =
  | { state: 'idle' }
  | { state: 'asking' }
  | { state: 'predicted'; prediction: Prediction }
  | { state: 'refused'; message: string };

export interface SamplesModel {
  readonly filter: ReadonlySignal<Filter>;
  /** Each filter has its own list. */
  readonly list: ReadonlySignal<RecentModel>;
  readonly opened: ReadonlySignal<Sample | undefined>;
  readonly action: ReadonlySignal<PendingAction>;
  setFilter(change: Partial<Filter>): void;
  open(sample: Sample | undefined): void;
  /** `relabel`, `remove` and `predict` act on the open drawing. */
  relabel(digit: number | null): Promise<void>;
  remove(): Promise<void>;
  predict(): Promise<void>;
  stop(): void;
}

export interface SamplesParts {
  api: Pick<Api, 'samples' | 'relabel' | 'remove' | 'predict'>;
  room: string;
  events: ReadonlySignal<number>;
  /** Called after a label changed or a sample was deleted. */
  changed(): void;
  /** Called after the sample of this drawing was deleted. */
  deleted(drawing: string | null): void;
  wait(ms: number): Promise<void>;
  random(): number;
}

const perPage = 30; // ten rows of a phone, three of a desk

export function createSamplesModel(parts: SamplesParts): SamplesModel {
  const { api, room, events, changed, deleted, wait, random } = parts;
  const filter = signal<Filter>({ which: 'all', digit: undefined, model: undefined, rooms: 'here' });
  const list = signal(createList(filter.peek()));
  const openId = signal<number | undefined>(undefined);
  const action = signal<PendingAction>({ state: 'idle' });
  /** The open drawing, kept when the list no longer holds it. */
  const lastOpened = signal<Sample | undefined>(undefined);
  const opened = computed(() => {
    if (openId.value === undefined) return undefined;
    return list.value.samples.value.find(({ id }) => id === openId.value) ?? lastOpened.value;
  });

  function createList({ which, digit, model, rooms }: Filter): RecentModel {
    return createRecentModel({
      load: before =>
        api.samples({
          limit: perPage,
          before,
          digit,
          model,
          ...(rooms === 'here' && { room }),
          ...(which === 'labelled' && { labelled: true }),
          ...(which === 'wrong' && { wrong: true }),
        }),
      events,
      wait,
      random,
    });
  }

  function open(sample: Sample | undefined) {
    batch(() => {
      lastOpened.value = sample;
      openId.value = sample?.id;
      action.value = { state: 'idle' };
    });
  }

  /** Runs an action on the open drawing; its result is not shown if another drawing is open by then. */
  async function run<Value>(
    request: (sample: Sample) => Promise<Answer<Value>>,
    done: (sample: Sample, answer: Extract<Answer<Value>, { ok: true }>) => void,
  ) {
    const sample = opened.value;
    if (sample === undefined || action.value.state === 'asking') return;
    action.value = { state: 'asking' };
    const answer = await request(sample);
    batch(() => {
      const isOpen = openId.value === sample.id;
      if (isOpen)
        action.value = answer.ok ? { state: 'idle' } : { state: 'refused', message: refusalText(answer) };
      if (isOk(answer)) done(sample, answer);
    });
  }

  return {
    filter,
    list,
    opened,
    action,
    setFilter(change) {
      list.value.stop();
      filter.value = { ...filter.value, ...change };
      list.value = createList(filter.value);
    },
    open,
    relabel: digit =>
      run(
        ({ id }) => api.relabel(id, digit),
        sample => {
          const next = { ...sample, label: digit };
          list.value.change(sample.id, next);
          if (openId.value === sample.id) lastOpened.value = next;
          changed();
        },
      ),
    remove: () =>
      run(
        ({ id }) => api.remove(id),
        ({ id, drawing }) => {
          list.value.change(id);
          deleted(drawing);
          if (openId.value === id) open(undefined);
          changed();
        },
      ),
    predict: () =>
      run(
        ({ id, room }) => api.predict(id, room),
        ({ id }, { value }) => {
          if (openId.value === id) action.value = { state: 'predicted', prediction: value };
        },
      ),
    stop: () => list.value.stop(),
  };
}

const isOk = <Value>(answer: Answer<Value>): answer is Extract<Answer<Value>, { ok: true }> => answer.ok;
