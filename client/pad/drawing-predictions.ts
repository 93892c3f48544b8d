import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { Guess, Opinion } from '../../shared/protocol.ts';
import type { Connection } from '../net/connection.ts';
import { addSample, type PredictionSample } from './reading.ts';

/** The newest prediction of a drawing, and those before it. */
export interface ShownPredictions {
  guess: Guess | undefined;
  history: readonly PredictionSample[];
}

export interface DrawingPredictionsParts {
  connection: Pick<Connection, 'listen'>;
  /** The room's tile of a drawing. */
  tileOf(drawing: string): { guess: number[] | undefined } | undefined;
  id: ReadonlySignal<string>;
  /** The numbers of points and strokes on the pad. */
  drawn(): { points: number; strokes: number };
}

/** Holds the predictions of the drawing on the pad as they come. */
export function createDrawingPredictions({ connection, tileOf, id, drawn }: DrawingPredictionsParts) {
  const guess = signal<Guess | undefined>(undefined);
  const opinion = signal<Opinion | undefined>(undefined);
  const history = signal<readonly PredictionSample[]>([]);

  const stops = [
    connection.listen('welcome', () => {
      const known = tileOf(id.value)?.guess;
      if (guess.value === undefined && known !== undefined)
        guess.value = { drawing: id.value, seq: -1, model: '', probabilities: known };
    }),
    connection.listen('opinion', next => {
      opinion.value = next;
    }),
    connection.listen('guess', next => {
      const { points, strokes } = drawn();
      if (next.drawing !== id.value || points === 0) return;
      if (guess.value !== undefined && next.seq < guess.value.seq) return;
      batch(() => {
        guess.value = next;
        history.value = addSample(history.value, { probabilities: next.probabilities, strokes });
      });
    }),
  ];

  return {
    guess,
    opinion,
    history,
    shown: (): ShownPredictions => ({ guess: guess.value, history: history.value }),
    clear() {
      guess.value = undefined;
      history.value = [];
    },
    clearGuess() {
      guess.value = undefined;
    },
    /** Shows predictions of the same ink again; any new one replaces them. */
    restore(shown: ShownPredictions) {
      guess.value = shown.guess && { ...shown.guess, drawing: id.value, seq: -1 };
      history.value = shown.history;
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}
