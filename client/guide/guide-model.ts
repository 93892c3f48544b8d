import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { topDigit } from '../../shared/distribution.ts';
import type { Readings } from '../../shared/http-api.ts';
import { decidedAt } from '../../shared/limits.ts';
import type { KeyValueStore } from '../browser/storage.ts';
import { guideTexts } from '../language/guide-texts.ts';
import type { Api } from '../net/api.ts';
import { viennaOne } from './vienna-one.ts';

/** `writing` shows the first `points` points. `drawing`: the visitor draws; an invitation follows on the blank pad. */
export type GuideState =
  | { at: 'off' }
  | { at: 'writing'; points: number }
  | { at: 'read'; sentence: string }
  | { at: 'yours' }
  | { at: 'drawing' }
  | { at: 'invent' };

export interface GuideModel {
  readonly state: ReadonlySignal<GuideState>;
  /** The ink of the ghost's hand. */
  readonly ink: ReadonlySignal<number[]>;
  /** Ends the guide for good. */
  skip(): void;
  stop(): void;
}

export interface GuideParts {
  api: Pick<Api, 'readings'>;
  store: Pick<KeyValueStore, 'read' | 'write'>;
  /** Nobody draws in the room, and this page is connected. */
  isQuiet: ReadonlySignal<boolean>;
  /** The visitor's own pad has no ink. */
  blank: ReadonlySignal<boolean>;
  /** Shows still pictures. */
  still: boolean;
  wait(ms: number): Promise<void>;
}

const key = 'guide';
/** A visitor who knows what to do has begun by then. */
const beforeMs = 2_500;
const pointMs = 60; // forty points: a slow, careful hand
const readMs = 7_000; // two sentences, read aloud
const yoursMs = 12_000;

/** The first minute of a visitor in an empty room, once in the life of a browser. */
export function createGuide({ api, store, isQuiet, blank, still, wait }: GuideParts): GuideModel {
  const state = signal<GuideState>({ at: 'off' });
  const points = viennaOne.length / 2;
  let isOver = store.read(key) !== undefined;
  let attempts = 0;

  function end() {
    isOver = true;
    state.value = { at: 'off' };
  }

  /** Waits; false if the guide ended or went elsewhere meanwhile. */
  async function pause(ms: number) {
    const before = state.peek();
    await wait(ms);
    return !isOver && state.peek() === before;
  }

  async function begin() {
    const attempt = ++attempts;
    await wait(beforeMs);
    if (isOver || attempt !== attempts || !isQuiet.peek() || !blank.peek()) return;
    store.write(key, true);
    const asking = api.readings([viennaOne]);
    for (let shown = still ? points : 1; shown <= points; shown++) {
      state.value = { at: 'writing', points: shown };
      if (!(await pause(still ? points * pointMs : pointMs))) return;
    }
    const answer = await asking;
    if (isOver || state.peek().at !== 'writing') return;
    // Without an answer there is nothing to show of it.
    if (answer.ok) {
      state.value = { at: 'read', sentence: sentenceOf(answer.value) };
      if (!(await pause(readMs))) return;
    }
    state.value = { at: 'yours' };
    if (await pause(yoursMs)) state.value = { at: 'invent' };
  }

  const stops = [
    effect(() => {
      if (isQuiet.value && !isOver && state.peek().at === 'off') void begin();
    }),
    effect(() => {
      const isBlank = blank.value;
      const { at } = state.peek();
      if (isOver || at === 'off') return;
      if (at === 'drawing') {
        if (isBlank) state.value = { at: 'invent' };
      } else if (!isBlank) {
        if (at === 'yours') state.value = { at: 'drawing' };
        else end();
      }
    }),
  ];

  return {
    state,
    ink: computed(() => {
      const now = state.value;
      if (now.at === 'writing') return viennaOne.slice(0, 2 * now.points);
      return now.at === 'read' ? [...viennaOne] : [];
    }),
    skip: end,
    stop() {
      end();
      for (const stop of stops) stop();
    },
  };
}

/** The readings of both nets. */
function sentenceOf({ probabilities, plain }: Readings): string {
  const text = guideTexts.value.guide;
  const digit = topDigit(probabilities);
  const own = probabilities[digit] >= decidedAt ? text.read(digit) : text.unsure;
  if (plain === null) return own;
  const other = topDigit(plain);
  const isSure = plain[other] >= decidedAt;
  return `${own} ${isSure ? text.plain(other) : text.plainUnsure}`;
}
