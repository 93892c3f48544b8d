import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { DigitChange, Training, VerdictFacts } from '../../shared/training-protocol.ts';
import type { Api } from '../net/api.ts';
import type { Connection } from '../net/connection.ts';

export type End = 'promoted' | 'refused' | 'failed' | 'cancelled';

/** News for the whole room. `switched`: the served version changed without a job. */
export type News =
  | {
      kind: End;
      message: string;
      version: string | undefined;
      /** Of a refusal, from the gate's list. */
      reason?: string | undefined;
      facts?: VerdictFacts | undefined;
      digits?: readonly DigitChange[] | undefined;
    }
  | { kind: 'switched'; version: string };

/** One step of the job. */
export interface Step {
  step: number;
  loss: number;
  accuracy: number;
}

/** A running job and its curve. */
export interface TrainingCurve {
  training: Training;
  steps: readonly Step[];
}

export interface TrainingModel {
  /** The running job, or the last one that ended. */
  readonly training: ReadonlySignal<Training | undefined>;
  readonly running: ReadonlySignal<Training | undefined>;
  readonly steps: ReadonlySignal<readonly Step[]>;
  /** Increases when the server reports that another job began. */
  readonly starts: ReadonlySignal<number>;
  /** Increases whenever a job ends. */
  readonly ends: ReadonlySignal<number>;
  readonly news: ReadonlySignal<News | undefined>;
  /** Jobs of the browsers that train, this one included. */
  readonly browsers: ReadonlySignal<readonly Training[]>;
  /** The job that the room watches: the server's, or else that of the browser that is farthest. */
  readonly curve: ReadonlySignal<TrainingCurve | undefined>;
  /** Takes over the job from the server's HTTP reply; null: there has never been one. */
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

const newsMs = 16_000; // time to read a verdict twice, and applause

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

/** Follows the training jobs of the room. */
export function createTrainingModel({ connection, api, wait }: TrainingParts): TrainingModel {
  const training = signal<Training | undefined>(undefined);
  const running = computed(() =>
    training.value === undefined || endOf(training.value) !== undefined ? undefined : training.value,
  );
  const steps = signal<readonly Step[]>([]);
  const starts = signal(0);
  const ends = signal(0);
  const news = signal<News | undefined>(undefined);
  const browsers = signal<readonly Training[]>([]);
  const browserSteps = signal<ReadonlyMap<string, readonly Step[]>>(new Map());
  const curve = computed((): TrainingCurve | undefined => {
    if (running.value !== undefined) return { training: running.value, steps: steps.value };
    const farthest = browsers.value.reduce<Training | undefined>(
      (most, next) => (most === undefined || progressOf(next) > progressOf(most) ? next : most),
      undefined,
    );
    return farthest && { training: farthest, steps: browserSteps.value.get(farthest.job) ?? [] };
  });
  let servedVersion: string | undefined;
  let announcements = 0;
  /** The served version at the first event of the job. */
  let versionBefore: string | undefined;

  function announce(next: News) {
    const shown = news.value;
    // The job's event and the model's event report the same refusal.
    if (shown?.kind === next.kind && 'message' in shown && 'message' in next) {
      if (shown.message === next.message) return;
    }
    news.value = next;
    const own = ++announcements;
    void wait(newsMs).then(() => {
      if (own === announcements) news.value = undefined;
    });
  }

  function update(next: Training) {
    const known = training.value;
    if (next.job !== known?.job) versionBefore = servedVersion;
    steps.value = withStep(next.job === known?.job ? steps.value : [], next);
    training.value = next;
    const end = endOf(next);
    if (end === undefined) news.value = undefined;
    else ends.value++;
  }

  function announceEnd(next: Training) {
    const kind = endOf(next);
    if (kind === undefined) return;
    const version = kind === 'promoted' && servedVersion !== versionBefore ? servedVersion : undefined;
    announce({
      kind,
      message: next.message ?? '',
      version,
      reason: next.reason,
      facts: next.facts,
      digits: next.digits,
    });
  }

  /** The end of a round is news; one browser that leaves it is not. */
  function updateBrowser(next: Training) {
    const known = browsers.value.some(({ job }) => job === next.job);
    const kind = endOf(next);
    const curves = new Map(browserSteps.value);
    if (kind === undefined) curves.set(next.job, withStep(curves.get(next.job) ?? [], next));
    else curves.delete(next.job);
    browserSteps.value = curves;
    if (kind === undefined) {
      browsers.value = known
        ? browsers.value.map(each => (each.job === next.job ? next : each))
        : [...browsers.value, next];
      return;
    }
    browsers.value = browsers.value.filter(({ job }) => job !== next.job);
    ends.value++;
    const version = news.value?.kind === 'switched' ? news.value.version : undefined;
    if (kind === 'promoted' || kind === 'refused')
      announce({
        kind,
        message: next.message ?? '',
        version,
        reason: next.reason,
        facts: next.facts,
        digits: next.digits,
      });
  }

  function adopt(next: Training | null) {
    if (next === null) {
      training.value = undefined;
      return;
    }
    const wasRunning = running.value?.job === next.job;
    if (next.job === training.value?.job && !wasRunning) return;
    batch(() => {
      update(next);
      if (wasRunning) announceEnd(next);
    });
  }

  const stops = [
    connection.listen('welcome', welcome => {
      servedVersion = welcome.model.version;
      // The job may have ended while disconnected.
      if (running.value !== undefined)
        void api.training().then(state => {
          if (state !== undefined) adopt(state.training);
        });
    }),
    connection.listen('training', next =>
      batch(() => {
        if (next.where === 'browser') {
          updateBrowser(next);
          return;
        }
        if (next.job !== training.value?.job) starts.value++;
        update(next);
        announceEnd(next);
      }),
    ),
    connection.listen('model', next => {
      if ('refused' in next) {
        announce({
          kind: 'refused',
          message: next.message,
          version: undefined,
          reason: next.reason,
          facts: next.facts,
        });
        return;
      }
      if (next.version === servedVersion) return;
      servedVersion = next.version;
      const shown = news.value;
      if (shown?.kind === 'promoted') news.value = { ...shown, version: next.version };
      else if (running.value === undefined) announce({ kind: 'switched', version: next.version });
    }),
  ];

  return {
    training,
    running,
    steps,
    starts,
    ends,
    news,
    browsers,
    curve,
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

/** An interrupted job goes on from an earlier step. */
function withStep(known: readonly Step[], { step, loss, accuracy }: Training): readonly Step[] {
  if (loss === null || accuracy === null) return known;
  return [...known.filter(each => each.step < step), { step, loss, accuracy }];
}

const progressOf = ({ phase, step }: Training) => (phase === 'judging' ? Number.POSITIVE_INFINITY : step);
