import type { Logger } from 'pino';
import type { Prediction } from '../../shared/http-api.ts';
import { isAtRest, mix, wholeAnswer } from '../../training/model/mixture.ts';
import type { Metrics } from '../core/metrics.ts';
import { flippedFrom } from '../drawing/flip.ts';
import type { LiveDrawing, OwnPrediction } from '../drawing/live-drawing.ts';
import { penOf } from '../drawing/pen.ts';
import { type Answer, createBatcher } from './batcher.ts';
import type { InferencePool } from './inference-pool.ts';
import { createResting } from './resting.ts';
import type { RoomModels } from './room-models.ts';

/** A raster to predict outside of any live drawing. */
interface PredictionRequest {
  /** 784 bytes. */
  raster: Uint8Array;
  /** The version that predicts it, or the room whose champion does. */
  by: { version: string } | { room: string };
  resolve(prediction: Prediction): void;
}

/** An item of the batcher. */
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
  /** The pen left the pad: the last prediction is mixed again. */
  lifted(live: LiveDrawing): void;
  /** The drawing changed for the last time: its prediction goes before all others. */
  prioritise(live: LiveDrawing): void;
  /** The champion's prediction for a raster of 784 bytes, as of a finished drawing. */
  predictOnce(raster: Uint8Array, room: string): Promise<Prediction>;
  /** The prediction of one version; the answer names another one where that version cannot be loaded. */
  predictBy(raster: Uint8Array, version: string): Promise<Prediction>;
  /** Whether no prediction is pending. */
  isIdle(): boolean;
  /** Longest wait of a drawing beyond its pace. */
  oldestMs(): number;
  /** Sets the highest prediction rate of one drawing. */
  setPace(perSecond: number): void;
  /** `listener` is called when the newest edit of a live drawing has its prediction. */
  onPredicted(listener: (live: LiveDrawing) => void): void;
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
  const predictedListeners: ((live: LiveDrawing) => void)[] = [];
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

  function deliver(item: Item, { raster, ...answer }: Answer) {
    const { edits, model, outputs } = answer;
    if (isRequest(item)) return item.resolve({ model, probabilities: wholeAnswer(outputs) });
    // The author undid all ink during the prediction.
    if (item.drawing.points === 0) return;
    if (raster !== undefined) item.raster = { edits, bytes: raster };
    metrics.predicted.inc();
    show(item, answer);
    if (edits === item.edits) for (const listener of predictedListeners) listener(item);
  }

  /** Mixes a version's readings of the ink by the pen's state now, for the author and the room. */
  function show(live: LiveDrawing, { edits, model, outputs, ...read }: Omit<Answer, 'raster'>) {
    const mixedMs = now();
    const pen = penOf(live, mixedMs);
    const distribution = mix(outputs, pen).map(rounded);
    // A lift may have a `seq` of its own, though it changes no ink.
    const seq = edits === live.edits ? live.drawing.seq : read.seq;
    const was = flippedFrom(live.guess, { edits, model, distribution });
    live.guess = {
      seq,
      edits,
      model,
      outputs,
      distribution,
      ...(was && { was }),
      mixedMs,
      isWhole: isAtRest(pen),
    };
    live.drawer.guess({ drawing: live.id, seq, model, probabilities: [...distribution] });
    live.room.guessed(live);
    if (seq !== live.drawing.seq) return;
    for (const resolve of live.predictionWaiters.splice(0)) resolve();
  }

  /** The last prediction, if the ink is still as it was then. */
  const currentOf = ({ guess, edits }: LiveDrawing): OwnPrediction | undefined =>
    guess?.edits === edits ? guess : undefined;

  function showAgain(live: LiveDrawing) {
    const current = currentOf(live);
    if (current !== undefined) show(live, current);
  }

  const resting = createResting({ showAgain, now, after });

  const batcher = createBatcher<Item>({
    inference: { free: inference.free, has: inference.has, predict },
    version(item) {
      if (!isRequest(item)) return roomModels.of(item.room.name).version;
      return 'version' in item.by ? item.by.version : roomModels.of(item.by.room).version;
    },
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

  const ask = (raster: Uint8Array, by: PredictionRequest['by']) =>
    new Promise<Prediction>(resolve => batcher.markDirty({ raster, by, resolve }));

  return {
    changed(live) {
      if (live.drawing.points === 0) {
        live.guess = undefined;
        return;
      }
      batcher.markDirty(live);
      resting.watch(live);
    },
    lifted(live) {
      showAgain(live);
      resting.watch(live);
    },
    prioritise(live) {
      batcher.prioritise(live);
      if (currentOf(live)?.isWhole === false) showAgain(live);
    },
    predictOnce: (raster, room) => ask(raster, { room }),
    predictBy: (raster, version) => ask(raster, { version }),
    isIdle: () => batcher.waiting() === 0,
    oldestMs: batcher.oldestMs,
    setPace: batcher.setPace,
    onPredicted: listener => void predictedListeners.push(listener),
    stop() {
      batcher.stop();
      resting.stop();
    },
  };
}

/** To four places, as the outputs are. */
const rounded = (probability: number) => Math.round(probability * 1e4) / 1e4;
