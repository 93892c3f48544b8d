import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Explanation } from '../../shared/http-api.ts';
import type { Api } from '../net/api.ts';
import type { Done, Ink } from './drawing-model.ts';

/** What is known of why the drawing on the pad is read as it is. */
export type ExplanationState =
  | { state: 'none' }
  | { state: 'asking' }
  | { state: 'shown'; explanation: Explanation; strokes: readonly (readonly number[])[] };

export interface ExplanationModel {
  readonly state: ReadonlySignal<ExplanationState>;
  /** Asks, or puts away what is shown. */
  toggle(): void;
  stop(): void;
}

export interface ExplanationParts {
  api: Pick<Api, 'explain'>;
  ink: ReadonlySignal<Ink>;
  done(): Done;
  notify(message: string): void;
}

/** The answer is about the ink it was asked for: the next point puts it away. */
export function createExplanationModel({ api, ink, done, notify }: ExplanationParts): ExplanationModel {
  const why = signal<ExplanationState>({ state: 'none' });
  let questions = 0;

  function putAway() {
    questions++;
    why.value = { state: 'none' };
  }

  async function ask() {
    const { strokes } = done();
    const question = ++questions;
    why.value = { state: 'asking' };
    const answer = await api.explain(strokes);
    if (question !== questions) return;
    if (answer.ok) {
      why.value = { state: 'shown', explanation: answer.value, strokes };
    } else {
      putAway();
      notify(answer.message);
    }
  }

  const stop = effect(() => {
    // Reading the ink is what subscribes; what is shown must not.
    if (ink.value.strokes !== undefined && why.peek().state !== 'none') putAway();
  });

  return {
    state: why,
    toggle() {
      if (why.value.state === 'none') void ask();
      else putAway();
    },
    stop,
  };
}
