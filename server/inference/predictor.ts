import type { Logger } from 'pino';
import type { Prediction } from '../../shared/http-api.ts';
import type { Metrics } from '../core/metrics.ts';
import type { LiveDrawing } from '../drawing/live-drawing.ts';
import { type Answer, createBatcher } from './batcher.ts';
import type { InferencePool } from './inference-pool.ts';
import type { RoomModels } from './room-models.ts';

/** A raster to predict outside of any live drawing. */
interface PredictionRequest {
  /** 784 bytes. */
  raster: Uint8Array;
  /** The room whose champion predicts it. */
  room: string;
  resolve(prediction: Prediction): void;
}

/** What the batcher predicts. */
type Item = LiveDrawing | PredictionRequest;

const isRequest = (item: Item): item is PredictionRequest => !('drawing' in item);

export interface PredictorParts {
  inference: Pick<InferencePool, 'free' | 'has' | 'predict' | 'restarts' | 'onFree'>;
  roomModels: Pick<RoomModels, 'of'>;
  metrics: Metrics;
  log: Logger;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface Predictor {
  /** The drawing changed: its newest state is predicted, or its last prediction forgotten if it is empty now. */
  changed(live: LiveDrawing): void;
  /** The drawing changed for the last time: its prediction goes before all others. */
  prioritise(live: LiveDrawing): void;
  /** The champion's prediction for a raster of 784 bytes. */
  predictOnce(raster: Uint8Array, room: string): Promise<Prediction>;
  /** Whether no prediction is pending. */
  isIdle(): boolean;
  /** Longest wait of a drawing beyond its pace. */
  oldestMs(): number;
  /** Sets the highest prediction rate of one drawing. */
  setPace(perSecond: number): void;
  stop(): void;
}

/** Predicts drawings in batches and sends each prediction to its author and to the drawing's room. */
export function createPredictor({
  inference,
  roomModels,
  metrics,
  log,
  now,
  after,
}: PredictorParts): Predictor {
  const observeStage = (stage: string, ms: number) => metrics.stages.observe({ stage }, ms / 1000);

  async function predict(...[inputs]: Parameters<InferencePool['predict']>) {
    metrics.batchSize.observe(inputs.length);
    const beganMs = now();
    const batch = await inference.predict(inputs);
    observeStage('answer', now() - beganMs);
    observeStage('raster', batch.rasterMs);
    observeStage('compute', batch.computeMs);
    return batch;
  }

  function deliver(item: Item, { edits, raster, ...prediction }: Answer) {
    const { seq, model, distribution } = prediction;
    if (isRequest(item)) return item.resolve({ model, probabilities: [...distribution] });
    // The author undid all ink during the prediction.
    if (item.drawing.points === 0) return;
    item.guess = prediction;
    if (raster !== undefined) item.raster = { edits, bytes: raster };
    metrics.predicted.inc();
    item.drawer.guess({ drawing: item.id, seq, model, probabilities: [...distribution] });
    item.room.guessed(item);
    if (seq !== item.drawing.seq) return;
    for (const resolve of item.predictionWaiters.splice(0)) resolve();
  }

  const batcher = createBatcher<Item>({
    inference: { free: inference.free, has: inference.has, predict },
    version: item => roomModels.of(isRequest(item) ? item.room : item.room.name).version,
    read: item =>
      isRequest(item)
        ? { seq: 0, edits: 0, input: item.raster }
        : { seq: item.drawing.seq, edits: item.edits, input: item.drawing.strokes },
    points: item => (isRequest(item) ? 0 : item.drawing.points),
    deliver,
    failed: error => log.warn({ err: error }, 'a batch is predicted again'),
    coalesced: () => metrics.coalesced.inc(),
    observeStage,
    now,
    after,
  });
  inference.onFree(batcher.flush);
  metrics.gauge(
    'inkling_drawings_waiting',
    'Drawings whose newest state waits for a prediction.',
    batcher.waiting,
  );
  metrics.gauge(
    'inkling_inference_restarts_total',
    'Inference processes that had to be replaced.',
    inference.restarts,
  );

  return {
    changed(live) {
      if (live.drawing.points > 0) batcher.markDirty(live);
      else live.guess = undefined;
    },
    prioritise: batcher.prioritise,
    predictOnce: (raster, room) => new Promise(resolve => batcher.markDirty({ raster, room, resolve })),
    isIdle: () => batcher.waiting() === 0,
    oldestMs: batcher.oldestMs,
    setPace: batcher.setPace,
    stop: batcher.stop,
  };
}
