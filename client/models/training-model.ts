import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Training } from '../../shared/protocol.ts';
import type { Api } from '../net/api.ts';
import type { Connection } from '../net/connection.ts';

export type End = 'promoted' | 'refused' | 'failed' | 'cancelled';

/** What the whole room is told. `switched`: another version answers, and no lesson was the reason. */
export type News =
  | { kind: End; message: string; version: string | undefined }
  | { kind: 'switched'; version: string };

/** One batch of the job. */
export interface Step {
  step: number;
  loss: number;
  accuracy: number;
}

export interface TrainingModel {
  /** The job under way, or the last one that ended. */
  readonly training: ReadonlySignal<Training | undefined>;
  readonly running: ReadonlySignal<Training | undefined>;
  readonly steps: ReadonlySignal<readonly Step[]>;
  /** Rises whenever a job ended. */
  readonly ends: ReadonlySignal<number>;
  readonly news: ReadonlySignal<News | undefined>;
  /** Browsers that teach, this one too. */
  readonly browsers: ReadonlySignal<readonly Training[]>;
  /** What the server says the job is; null when there has never been one. */
  adopt(training: Training | null): void;
  adoptBrowsers(browsers: readonly Training[]): void;
  dismiss(): void;
  stop(): void;
}

export interface TrainingParts {
  connection: Connection;
  api: Pick<Api, 'training'>;
  wait(ms: number): Promise<void>;
}

const newsMs = 16_000; // a verdict read twice, and applause

export function endOf({ phase }: Training): End | undefined {
  switch (phase) {
    case 'queued':
    case 'measuring':
    case 'training':
    case 'judging':
      return undefined;
    case 'promoted':
    case 'refused':
    case 'failed':
    case 'cancelled':
      return phase;
    default:
      return phase satisfies never;
  }
}

/** What is being learned, for everybody in every room. */
export function createTrainingModel({ connection, api, wait }: TrainingParts): TrainingModel {
  const training = signal<Training | undefined>(undefined);
  const running = computed(() =>
    training.value === undefined || endOf(training.value) !== undefined ? undefined : training.value,
  );
  const steps = signal<readonly Step[]>([]);
  const ends = signal(0);
  const news = signal<News | undefined>(undefined);
  const browsers = signal<readonly Training[]>([]);
  let answering: string | undefined;
  let told = 0;
  /** The version that answered when the job was first heard of. */
  let taught: string | undefined;

  function announce(next: News) {
    const shown = news.value;
    // A refusal is said twice, by the job and by the model: it is one.
    if (shown?.kind === next.kind && 'message' in shown && 'message' in next) {
      if (shown.message === next.message) return;
    }
    news.value = next;
    const turn = ++told;
    void wait(newsMs).then(() => {
      if (turn === told) news.value = undefined;
    });
  }

  function take(next: Training) {
    const known = training.value;
    if (next.job !== known?.job) taught = answering;
    const last = next.job === known?.job ? steps.value : [];
    const { step, loss, accuracy } = next;
    const told = loss === null || accuracy === null ? [] : [{ step, loss, accuracy }];
    // A job that was interrupted begins again.
    steps.value = told.length === 0 ? last : [...last.filter(each => each.step < step), ...told];
    training.value = next;
    const end = endOf(next);
    if (end === undefined) news.value = undefined;
    else ends.value++;
  }

  function announceEnd(next: Training) {
    const kind = endOf(next);
    if (kind === undefined) return;
    const version = kind === 'promoted' && answering !== taught ? answering : undefined;
    announce({ kind, message: next.message ?? '', version });
  }

  /** Of a round everybody is told how it ended, not of one browser that left it. */
  function takeBrowser(next: Training) {
    const known = browsers.value.some(({ job }) => job === next.job);
    const kind = endOf(next);
    if (kind === undefined) {
      browsers.value = known
        ? browsers.value.map(each => (each.job === next.job ? next : each))
        : [...browsers.value, next];
      return;
    }
    browsers.value = browsers.value.filter(({ job }) => job !== next.job);
    ends.value++;
    const version = news.value?.kind === 'switched' ? news.value.version : undefined;
    if (kind === 'promoted' || kind === 'refused') announce({ kind, message: next.message ?? '', version });
  }

  function adopt(next: Training | null) {
    if (next === null) {
      training.value = undefined;
      return;
    }
    const wasRunning = running.value?.job === next.job;
    if (next.job === training.value?.job && !wasRunning) return;
    batch(() => {
      take(next);
      if (wasRunning) announceEnd(next);
    });
  }

  const stops = [
    connection.listen('welcome', welcome => {
      answering = welcome.model.version;
      // It may have ended while the line was down.
      if (running.value !== undefined)
        void api.training().then(state => {
          if (state !== undefined) adopt(state.training);
        });
    }),
    connection.listen('training', next =>
      batch(() => {
        if (next.where === 'browser') {
          takeBrowser(next);
          return;
        }
        take(next);
        announceEnd(next);
      }),
    ),
    connection.listen('model', next => {
      if ('refused' in next) {
        announce({ kind: 'refused', message: next.message, version: undefined });
        return;
      }
      if (next.version === answering) return;
      answering = next.version;
      const shown = news.value;
      if (shown?.kind === 'promoted') news.value = { ...shown, version: next.version };
      else if (running.value === undefined) announce({ kind: 'switched', version: next.version });
    }),
  ];

  return {
    training,
    running,
    steps,
    ends,
    news,
    browsers,
    adopt,
    adoptBrowsers(next) {
      browsers.value = next;
    },
    dismiss() {
      news.value = undefined;
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}
