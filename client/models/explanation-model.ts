import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Explanation } from '../../shared/http-api.ts';
import { refusalText } from '../language/refusal-text.ts';
import type { Api } from '../net/api.ts';
import type { DrawingSnapshot, Ink } from '../pad/drawing-model.ts';

/** The explanation of the prediction of the drawing on the pad. */
export type ExplanationState =
  | { state: 'none' }
  | { state: 'asking' }
  | { state: 'shown'; explanation: Explanation; strokes: readonly (readonly number[])[] };

export interface ExplanationModel {
  readonly state: ReadonlySignal<ExplanationState>;
  /** Requests an explanation, or hides the shown one. */
  toggle(): void;
  stop(): void;
}

export interface ExplanationParts {
  api: Pick<Api, 'explain'>;
  ink: ReadonlySignal<Ink>;
  snapshot(): DrawingSnapshot;
  notify(message: string): void;
}

/** An explanation holds for the requested ink alone: the next point hides it. */
export function createExplanationModel({ api, ink, snapshot, notify }: ExplanationParts): ExplanationModel {
  const explanation = signal<ExplanationState>({ state: 'none' });
  let requests = 0;

  function hide() {
    requests++;
    explanation.value = { state: 'none' };
  }

  async function request() {
    const { strokes } = snapshot();
    const own = ++requests;
    explanation.value = { state: 'asking' };
    const answer = await api.explain(strokes);
    if (own !== requests) return;
    if (answer.ok) {
      explanation.value = { state: 'shown', explanation: answer.value, strokes };
    } else {
      hide();
      notify(refusalText(answer));
    }
  }

  const stop = effect(() => {
    // The effect subscribes to `ink` alone, hence the peek.
    if (ink.value.strokes !== undefined && explanation.peek().state !== 'none') hide();
  });

  return {
    state: explanation,
    toggle() {
      if (explanation.value.state === 'none') void request();
      else hide();
    },
    stop,
  };
}
