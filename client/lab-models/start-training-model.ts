import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { TrainingState } from '../../shared/http-api.ts';
import { maxRoomPrice } from '../../shared/limits.ts';
import { refusalText } from '../language/refusal-text.ts';
import { refetchOn } from '../models/refetch.ts';
import type { TrainingModel } from '../models/training-model.ts';
import type { Api } from '../net/api.ts';
import type { Answer } from '../net/retry.ts';

export interface StartTrainingModel {
  /** Counts of labels and of untrained ones; undefined until the server has answered. */
  readonly state: ReadonlySignal<TrainingState | undefined>;
  readonly unavailable: ReadonlySignal<boolean>;
  readonly admin: ReadonlySignal<boolean>;
  readonly mayStart: ReadonlySignal<boolean>;
  /** Whether the running job may be stopped from here. */
  readonly mayStop: ReadonlySignal<boolean>;
  /** Whether the host lets the next lesson forget more of MNIST than usual. */
  readonly mayForget: Signal<boolean>;
  /** The reason why the server refused the last action. */
  readonly refusal: ReadonlySignal<string | undefined>;
  /** The price on MNIST of a lesson in this browser; the switch is for one lesson. */
  takePrice(): number | undefined;
  startTraining(samples?: readonly number[]): Promise<Answer<{ job: string }>>;
  cancel(): Promise<void>;
  signIn(token: string): Promise<Answer>;
  refresh(): Promise<void>;
  stop(): void;
}

export interface StartTrainingParts {
  api: Pick<Api, 'training' | 'startTraining' | 'cancelTraining' | 'signIn'>;
  training: Pick<TrainingModel, 'running' | 'starts' | 'ends' | 'adopt' | 'adoptBrowsers'>;
  /** Increases when a drawing of the room is labelled. */
  events: ReadonlySignal<number>;
  wait(ms: number): Promise<void>;
  random(): number;
}

/** Starts and cancels training jobs, and shows the labels they would train on. */
export function createStartTrainingModel({
  api,
  training,
  events,
  wait,
  random,
}: StartTrainingParts): StartTrainingModel {
  const state = signal<TrainingState | undefined>(undefined);
  const unavailable = signal(false);
  const refusal = signal<string | undefined>(undefined);
  const mayForget = signal(false);
  const price = () => (mayForget.value ? maxRoomPrice : undefined);
  /** The last job that was asked for here. */
  const own = signal<string | undefined>(undefined);
  const mayStop = computed(() => {
    const job = training.running.value?.job;
    if (job === undefined || state.value === undefined) return false;
    const { admin, mayCancel, training: known } = state.value;
    return admin || job === own.value || (mayCancel && job === known?.job);
  });

  async function refresh() {
    const next = await api.training();
    batch(() => {
      unavailable.value = next === undefined;
      if (next === undefined) return;
      state.value = next;
      training.adopt(next.training);
      training.adoptBrowsers(next.browsers);
    });
  }

  function showRefusal<Value>(answer: Answer<Value>): Answer<Value> {
    refusal.value = answer.ok ? undefined : refusalText(answer);
    return answer;
  }

  const changes = computed(() => events.value + training.starts.value + training.ends.value);
  const stop = refetchOn({ events: changes, refetch: refresh, wait, random });

  return {
    state,
    unavailable,
    admin: computed(() => state.value?.admin ?? false),
    mayStart: computed(() => (state.value?.mayTrain ?? false) && training.running.value === undefined),
    mayStop,
    mayForget,
    refusal,
    takePrice() {
      const taken = price();
      mayForget.value = false;
      return taken;
    },
    async startTraining(samples) {
      const answer = showRefusal(await api.startTraining(samples, price()));
      if (!answer.ok) return answer;
      own.value = answer.value.job;
      mayForget.value = false;
      return answer;
    },
    async cancel() {
      const job = training.running.value?.job;
      if (job !== undefined) showRefusal(await api.cancelTraining(job));
    },
    async signIn(token) {
      const answer = await api.signIn(token);
      if (answer.ok) await refresh();
      return answer;
    },
    refresh,
    stop,
  };
}
