import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { JoinedRound } from '../../shared/http-api.ts';
import { maxNameLength } from '../../shared/limits.ts';
import type { Training } from '../../shared/training-protocol.ts';
import { labTexts } from '../language/lab-texts.ts';
import { refusalText } from '../language/refusal-text.ts';
import type { Step } from '../models/training-model.ts';
import type { Answer } from '../net/retry.ts';
import type { RoundApi } from './round-api.ts';
import { type Failure, run, type Task, type TrainerEvent } from './run-with-fallback.ts';
import type { Trainer } from './start-worker.ts';
import { type End, type TrainerState, trainingOf } from './trainer-state.ts';
import type { Device } from './worker-messages.ts';

export interface TrainerModel {
  readonly state: ReadonlySignal<TrainerState>;
  readonly running: ReadonlySignal<boolean>;
  readonly device: ReadonlySignal<Device | undefined>;
  /** The devices that `device` was compared with. */
  readonly others: ReadonlySignal<readonly Device[]>;
  /** The current training speed. */
  readonly samplesPerSecond: ReadonlySignal<number>;
  /** Messages about lost devices. */
  readonly notes: ReadonlySignal<readonly string[]>;
  /** This browser's progress in the format of the `training` event. */
  readonly training: ReadonlySignal<Training | undefined>;
  readonly steps: ReadonlySignal<readonly Step[]>;
  /** A host may set the price on MNIST, 0…1. */
  start(price?: number): void;
  stop(): void;
  /** Stops when the person leaves the page; a page restored from the cache shows the message. */
  leave(): void;
}

export interface TrainerParts {
  startTrainer(): Trainer;
  round: RoundApi;
  /** The version that the page knows as the room's champion. */
  champion(): string | undefined;
  wait(ms: number): Promise<void>;
  now(): number;
  random(): number;
}

/** Also keeps this browser's job alive on the server. */
const reportMs = 1_000;
/** Attempts of an upload that gets no answer. */
const maxUploads = 3;
const uploadRetryMs = 3_000;

/** One press of the button. */
interface Attempt {
  signal: AbortSignal;
  price: number | undefined;
}

/** The device's name, cut to the length that the server accepts. */
const nameOf = (device: Device | undefined) => (device?.name ?? 'unknown').slice(0, maxNameLength);

/** This browser's part in a round: find a device, join, train, upload, show the verdict. */
export function createTrainerModel(parts: TrainerParts): TrainerModel {
  const { startTrainer, round, wait, now, random } = parts;
  const state = signal<TrainerState>({ state: 'idle' });
  const device = signal<Device | undefined>(undefined);
  const others = signal<readonly Device[]>([]);
  const samplesPerSecond = signal(0);
  const notes = signal<readonly string[]>([]);
  const steps = signal<readonly Step[]>([]);
  const planned = signal(0);
  const joined = signal<JoinedRound | undefined>(undefined);
  const running = computed(() => state.value.state !== 'idle' && state.value.state !== 'ended');
  /** Kept for the visit: a device is timed once. */
  let known: Device | undefined;
  let abort = new AbortController();
  let reportedMs = Number.NEGATIVE_INFINITY;

  function finish(end: End, message: string) {
    if (running.peek()) state.value = { state: 'ended', end, message };
  }

  function finishRefused(answer: Exclude<Answer, { ok: true }>) {
    const end = answer.reason === 'outdated' || answer.reason === 'refused' ? answer.reason : 'failed';
    finish(end, refusalText(answer));
  }

  function handleEvent(event: TrainerEvent) {
    switch (event.type) {
      case 'proving':
        state.value = { state: 'finding', proving: event.kind };
        return;
      case 'unfit':
        return;
      case 'device':
        device.value = event.device;
        if (event.device.kind !== known?.kind) others.value = event.others;
        known = event.device;
        samplesPerSecond.value = event.device.samplesPerSecond;
        return;
      case 'lost':
        known = undefined;
        notes.value = [...notes.value, labTexts.value.browser.lost(event.device.name)];
        return;
      case 'measuring':
        state.value = { state: 'measuring' };
        return;
      case 'step': {
        const { step, loss, accuracy } = event;
        state.value = { state: 'training' };
        planned.value = event.steps;
        samplesPerSecond.value = event.samplesPerSecond;
        // Training resumed from a checkpoint repeats some steps.
        steps.value = [...steps.value.filter(each => each.step < step), { step, loss, accuracy }];
        report();
        return;
      }
      default:
        event satisfies never;
    }
  }

  function report() {
    const own = joined.peek();
    if (own === undefined || now() - reportedMs < reportMs) return;
    reportedMs = now();
    const last = steps.peek().at(-1);
    const named = { device: nameOf(device.peek()) };
    const progress = { step: 0, steps: planned.peek(), loss: null, accuracy: null, ...last, ...named };
    void round.progress(own.job, progress).then(answer => {
      if (answer.ok || (answer.reason !== 'not_found' && answer.reason !== 'outdated')) return;
      if (state.peek().state === 'judging' || joined.peek() !== own) return;
      abort.abort();
      finish('outdated', answer.reason === 'not_found' ? labTexts.value.browser.missed : refusalText(answer));
    });
  }

  /** Joins the round with the device's name, and fetches its base weights and training pack. */
  async function prepare(found: Device, { signal, price }: Attempt): Promise<Task | undefined> {
    state.value = { state: 'fetching' };
    const answer = await round.join(nameOf(found), price);
    if (!answer.ok) {
      finishRefused(answer);
      return undefined;
    }
    if (signal.aborted) {
      void round.leave(answer.value.job);
      return undefined;
    }
    joined.value = answer.value;
    const [weights, pack] = await Promise.all([round.weights(answer.value.base), round.pack()]);
    if (weights !== undefined && pack !== undefined)
      return { weights, pack, seed: Math.floor(random() * 2 ** 31) };
    finish('failed', labTexts.value.browser.notFetched);
    return undefined;
  }

  async function upload(own: JoinedRound, weights: Uint8Array) {
    state.value = { state: 'judging' };
    let answer = await round.upload(own, weights);
    for (let again = 1; again < maxUploads && !answer.ok && answer.reason === 'unanswered'; again++) {
      await wait(uploadRetryMs);
      answer = await round.upload(own, weights);
    }
    if (joined.peek() !== own) return;
    joined.value = undefined;
    if (answer.ok) finish('promoted', answer.value.message);
    else finishRefused(answer);
  }

  async function trainAndUpload({ signal, price }: Attempt) {
    // Into the browser's cache, while the devices are tried: `prepare` asks again whether they are still the same.
    void round.pack();
    const champion = parts.champion();
    if (champion !== undefined) void round.weights(champion);
    const result = await run({
      startTrainer,
      known,
      prepare: found => prepare(found, { signal, price }),
      onEvent: event => {
        if (!signal.aborted) handleEvent(event);
      },
      wait,
      signal,
    });
    const own = joined.peek();
    if (signal.aborted) return;
    if (result?.kind === 'done' && own !== undefined) return upload(own, result.weights);
    if (result?.kind === 'failed') finish('failed', failureText(result));
    leaveRound();
  }

  function leaveRound() {
    const own = joined.peek();
    joined.value = undefined;
    if (own !== undefined) void round.leave(own.job);
  }

  /** Reports even between steps, which may be further apart than the server waits. */
  async function reportPeriodically({ signal }: AbortController) {
    while (!signal.aborted && running.peek()) {
      await wait(reportMs);
      if (!signal.aborted && state.peek().state !== 'judging') report();
    }
  }

  function stopWith(message: string) {
    if (!running.peek()) return;
    abort.abort();
    finish('stopped', message);
    leaveRound();
  }

  return {
    state,
    running,
    device,
    others,
    samplesPerSecond,
    notes,
    steps,
    training: computed(() => trainingOf(state.value, { joined, device, steps, planned })),
    start(price) {
      if (running.peek()) return;
      abort = new AbortController();
      steps.value = [];
      notes.value = [];
      planned.value = 0;
      device.value = undefined;
      state.value = { state: 'finding', proving: undefined };
      void trainAndUpload({ signal: abort.signal, price });
      void reportPeriodically(abort);
    },
    stop: () => stopWith(labTexts.value.browser.stopped),
    leave: () => stopWith(labTexts.value.browser.left),
  };
}

/** A failure in the page's language; `other` is a fault that nobody foresaw, in the words of its error. */
function failureText({ code, message }: Failure): string {
  const text = labTexts.value.browser;
  return code === 'unfit' ? text.unfit(message) : code === 'other' ? message : text[code];
}
