import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { TrainingState } from '../../shared/http-api.ts';
import type { Api } from '../net/api.ts';
import type { Answer } from '../net/retry.ts';
import { lookAgain } from './refetch.ts';
import type { TrainingModel } from './training-model.ts';

export interface TeachModel {
  /** What was said and what of it was learned; undefined until the server has answered. */
  readonly state: ReadonlySignal<TrainingState | undefined>;
  readonly away: ReadonlySignal<boolean>;
  readonly admin: ReadonlySignal<boolean>;
  readonly mayTeach: ReadonlySignal<boolean>;
  /** Why the last thing asked for was not done. */
  readonly refusal: ReadonlySignal<string | undefined>;
  teach(samples?: readonly number[]): Promise<Answer<{ job: string }>>;
  cancel(): Promise<void>;
  signIn(token: string): Promise<Answer>;
  look(): Promise<void>;
  stop(): void;
}

export interface TeachParts {
  api: Pick<Api, 'training' | 'teach' | 'cancel' | 'signIn'>;
  training: Pick<TrainingModel, 'running' | 'ends' | 'adopt' | 'adoptBrowsers'>;
  /** Rises whenever something was labelled, here or elsewhere in the room. */
  events: ReadonlySignal<number>;
  wait(ms: number): Promise<void>;
  random(): number;
}

/** What was said, and the lesson made of it. */
export function createTeachModel({ api, training, events, wait, random }: TeachParts): TeachModel {
  const state = signal<TrainingState | undefined>(undefined);
  const away = signal(false);
  const refusal = signal<string | undefined>(undefined);

  async function look() {
    const next = await api.training();
    batch(() => {
      away.value = next === undefined;
      if (next === undefined) return;
      state.value = next;
      training.adopt(next.training);
      training.adoptBrowsers(next.browsers);
    });
  }

  function judge<Value>(answer: Answer<Value>): Answer<Value> {
    refusal.value = answer.ok ? undefined : answer.message;
    return answer;
  }

  const stop = lookAgain({ events: computed(() => events.value + training.ends.value), look, wait, random });

  return {
    state,
    away,
    admin: computed(() => state.value?.admin ?? false),
    mayTeach: computed(() => (state.value?.mayTrain ?? false) && training.running.value === undefined),
    refusal,
    teach: async samples => judge(await api.teach(samples)),
    async cancel() {
      const job = training.running.value?.job;
      if (job !== undefined) judge(await api.cancel(job));
    },
    async signIn(token) {
      const answer = await api.signIn(token);
      if (answer.ok) await look();
      return answer;
    },
    look,
    stop,
  };
}
