import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { PredictionRow } from '../../db/predictions.ts';
import type { Ack } from '../../shared/ack.ts';
import type { Label } from '../../shared/protocol.ts';
import { rasterise } from '../../shared/rasterise.ts';
import type { Metrics } from '../core/metrics.ts';
import { refuse } from '../core/refusal.ts';
import type { Store } from '../core/store.ts';
import type { LabelledInk, LiveDrawing } from './live-drawing.ts';
import type { PredictionLog } from './prediction-log.ts';
import { rowOf, rowWith } from './prediction-row.ts';

type Stored = { sample: number } | 'not_yours' | 'unknown';

export interface LabelsParts {
  store: Pick<Store, 'recordLabel' | 'relabel' | 'labelOf'>;
  predictionLog: Pick<PredictionLog<PredictionRow>, 'append'>;
  metrics: { labels: Pick<Metrics['labels'], 'inc'> };
  log: Logger;
}

/** A prediction takes milliseconds; a label waits at most this long for a missing one. */
const maxWaitMs = 1_000;

/** Resolves once the newest edit has its prediction, or once waiting is pointless. */
export function predictionReady(live: LiveDrawing): Promise<void> {
  if (live.guess?.seq === live.drawing.seq || live.drawing.points === 0) return Promise.resolve();
  return new Promise(resolve => {
    const timer = setTimeout(resolve, maxWaitMs);
    live.predictionWaiters.push(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

export type Feedback = ReturnType<typeof createLabels>;

/** Stores drawings and their labels. An ack with `ok` means that the row is stored durably. */
export function createLabels({ store, predictionLog, metrics, log }: LabelsParts) {
  const listeners: ((room: string) => void)[] = [];

  async function answer(storing: Promise<Stored>): Promise<Ack<{ sample: number }>> {
    try {
      const result = await storing;
      if (result === 'not_yours') return refuse('not_yours', 'This drawing belongs to somebody else.');
      if (result === 'unknown')
        return refuse('unknown_drawing', 'No such drawing; send it again before its label.');
      metrics.labels.inc();
      return { ok: true, value: { sample: result.sample } };
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      log.warn({ err: error }, 'a label could not be stored');
      return refuse('unavailable', 'Labels cannot be stored just now; try again.');
    }
  }

  return {
    /** Calls `listener` with the room of each drawing that was labelled while it was drawn here. */
    onLabelled: (listener: (room: string) => void) => void listeners.push(listener),
    async storeLabel(live: LiveDrawing, { digit, ink }: LabelledInk) {
      await predictionReady(live);
      const { edits } = live;
      // The author may have undone all ink meanwhile.
      const row = live.drawing.points > 0 ? rowOf(live) : rowWith(live, { ink, raster: rasterise(ink) });
      const ack = await answer(store.recordLabel({ ...row, digit }));
      if (ack.ok) {
        live.label = digit;
        if (live.state === 'open') live.stored = { edits, strokes: row.strokes };
        live.room.labelled(live);
        for (const listener of listeners) listener(live.room.name);
      }
      return ack;
    },
    /** Stores a finished drawing, unless its labelled row already has the same ink. */
    async storeFinished(live: LiveDrawing) {
      await live.labelling;
      const known = live.stored;
      live.stored = undefined;
      if (known?.edits === live.edits) return;
      await predictionReady(live);
      await predictionLog.append(rowOf(live));
    },
    /** Stores the ink drawn since the label: the server stops, and the author may not return to finish the drawing. */
    async storeOpen(live: LiveDrawing) {
      if (live.stored === undefined || live.stored.edits === live.edits) return;
      await predictionReady(live);
      void predictionLog.append(rowOf(live));
    },
    relabel: (author: string, label: Label) => answer(store.relabel({ ...label, author, at: new Date() })),
    /** Shows the label that the row has now; false when it has to be read again, because the database is away. */
    async readLabel(live: LiveDrawing): Promise<boolean> {
      try {
        const label = (await store.labelOf(live.id)) ?? undefined;
        if (label === live.label) return true;
        live.label = label;
        live.room.labelled(live);
        return true;
      } catch (error) {
        if (error instanceof DatabaseUnavailable) return false;
        log.error({ err: error }, 'the label of a drawing could not be read');
        return true;
      }
    },
  };
}
