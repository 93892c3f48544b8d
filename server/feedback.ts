import type { Logger } from 'pino';
import type { PredictionRow } from '../db/samples.ts';
import { DatabaseUnavailable } from '../db/unavailable.ts';
import { topDigit } from '../shared/distribution.ts';
import { countPoints } from '../shared/drawing.ts';
import type { Ack, Label } from '../shared/protocol.ts';
import { rasterise } from '../shared/rasterise.ts';
import type { LiveDrawing } from './live-drawing.ts';
import { refuse } from './refusal.ts';
import type { Store } from './store.ts';

type Stored = { sample: number } | 'not_yours' | 'unknown';

export interface FeedbackParts {
  store: Pick<Store, 'recordLabel' | 'relabel'>;
  log: Logger;
  stored(): void;
}

/** A guess takes milliseconds; a label does not wait longer than this for one that does not come. */
const settleMs = 1_000;

/** Resolves when the drawing's newest edit has its guess, or when waiting for it makes no sense any more. */
export function settled(live: LiveDrawing): Promise<void> {
  if (live.guess?.seq === live.drawing.seq) return Promise.resolve();
  return new Promise(resolve => {
    const timer = setTimeout(resolve, settleMs);
    live.settled.push(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** What a model sees of the drawing as it is now; drawn once for every state it is asked of. */
export function rasterOf(live: LiveDrawing): Uint8Array {
  const { edits, raster } = live;
  if (raster?.edits === edits) return raster.bytes;
  const bytes = rasterise(live.drawing.strokes);
  live.raster = { edits, bytes };
  return bytes;
}

/** The drawing as it is now. */
export function rowOf(live: LiveDrawing): PredictionRow {
  const strokes = live.drawing.strokes.map(stroke => [...stroke]);
  return {
    drawing: live.id,
    author: live.author,
    room: live.room.name,
    strokes,
    raster: rasterOf(live),
    guess: live.guess ? topDigit(live.guess.distribution) : null,
    probabilities: live.guess ? [...live.guess.distribution] : null,
    model: live.guess?.model ?? null,
    at: new Date(),
  };
}

/** About how much memory a row takes: eight bytes a number, and what all rows have. */
export function bytesOf({ strokes, raster }: PredictionRow): number {
  return 1_000 + raster.length + 16 * countPoints(strokes);
}

/** Stores what people say a drawing was. An ack with `ok` means the row is safe. */
export function createFeedback({ store, log, stored }: FeedbackParts) {
  async function answer(storing: Promise<Stored>): Promise<Ack<{ sample: number }>> {
    try {
      const result = await storing;
      if (result === 'not_yours') return refuse('not_yours', 'This drawing belongs to somebody else.');
      if (result === 'unknown')
        return refuse('unknown_drawing', 'No such drawing; send it again before its label.');
      stored();
      return { ok: true, value: { sample: result.sample } };
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      log.warn({ err: error }, 'a label could not be stored');
      return refuse('unavailable', 'Labels cannot be stored just now; try again.');
    }
  }

  return {
    async storeLabel(live: LiveDrawing, digit: number) {
      await settled(live);
      const ack = await answer(store.recordLabel({ ...rowOf(live), digit }));
      if (ack.ok) {
        live.label = digit;
        live.room.labelled(live);
      }
      return ack;
    },
    relabel: (author: string, label: Label) => answer(store.relabel({ ...label, author, at: new Date() })),
  };
}
