import type { Server as HttpServer } from 'node:http';
import type { Logger } from 'pino';
import type { PredictionRow } from '../db/samples.ts';
import { rasterise } from '../shared/rasterise.ts';
import { networkHost } from './address.ts';
import { sessionKey } from './admin.ts';
import { createBatcher } from './batcher.ts';
import { createDrawings } from './drawings.ts';
import { createFeedback, rowOf, settled } from './feedback.ts';
import { createGallery } from './gallery.ts';
import { createHttp } from './http.ts';
import type { InferencePool } from './inference.ts';
import type { LiveDrawing } from './live-drawing.ts';
import { createMetrics } from './metrics.ts';
import type { LoadedModel } from './model.ts';
import { createRooms } from './rooms.ts';
import { createSessions } from './session.ts';
import { createSockets } from './sockets.ts';
import type { Store } from './store.ts';

export interface AppParts {
  store: Store;
  model: LoadedModel;
  /** Starts the inference processes; `onFree` is to be called whenever one comes free or comes back. */
  startInference(onFree: () => void): InferencePool;
  adminToken: string;
  trustProxy: number;
  publicOrigin?: string;
  log: Logger;
}

export interface App {
  listen(at: { port: number; host: string }): Promise<void>;
  /** Stops taking events, stores what waits to be logged, and ends the inference processes. */
  close(): Promise<void>;
}

const sweepMs = 1_000;
const now = () => performance.now();

/** Wires the whole server on `httpServer`. What it needs of the outside world comes in `parts`. */
export async function createApp(httpServer: HttpServer, parts: AppParts): Promise<App> {
  const { store, model, log, trustProxy, publicOrigin } = parts;
  const sessions = createSessions(sessionKey(parts.adminToken));
  const metrics = createMetrics({
    people: () => sockets.connections(),
    drawings: () => drawings.count(),
    waiting: () => batcher.waiting(),
    restarts: () => inference.restarts(),
  });

  const gallery = createGallery<PredictionRow>({
    save: rows => store.recordPredictions(rows),
    lost: count => metrics.unlogged.inc(count),
    log,
  });
  const feedback = createFeedback({
    store,
    stored: () => metrics.labels.inc(),
    log,
  });
  const drawings = createDrawings({
    changed(live) {
      if (live.drawing.points > 0) batcher.mark(live);
      else live.guess = undefined;
    },
    finished: live => void settled(live).then(() => gallery.record(rowOf(live))),
    storeLabel: feedback.storeLabel,
    relabel: feedback.relabel,
  });

  const inference = parts.startInference(() => batcher.pump());
  const batcher = createBatcher<LiveDrawing>({
    infer: {
      free: inference.free,
      async predict(rasters, count) {
        metrics.batchSize.observe(count);
        const end = metrics.batchSeconds.startTimer();
        const batch = await inference.predict(rasters, count);
        end();
        return batch;
      },
    },
    raster({ drawing }, rasters, offset) {
      rasters.set(rasterise(drawing.strokes), offset);
      return drawing.seq;
    },
    deliver(live, guess) {
      if (live.drawing.points === 0) return;
      live.guess = guess;
      metrics.predicted.inc();
      const { seq, model: version, distribution } = guess;
      live.drawer.guess({ drawing: live.id, seq, model: version, probabilities: [...distribution] });
      live.room.guessed(live);
      if (seq !== live.drawing.seq) return;
      for (const resolve of live.settled.splice(0)) resolve();
    },
    schedule: setImmediate,
    failed: error => log.warn({ err: error }, 'a batch is predicted again'),
  });

  const rooms = createRooms({
    send: (room, frame) => sockets.send(room, frame),
    evicted: live => drawings.forget(live),
    now,
  });
  const http = await createHttp({
    httpServer,
    sessions,
    store,
    metrics,
    log,
    trustProxy,
    now,
    async unready() {
      const answering = await store.answering();
      return [...(inference.ready() ? [] : ['model']), ...(answering ? [] : ['database'])];
    },
  });
  const sockets = createSockets({
    httpServer,
    sessions,
    rooms,
    drawings,
    model: () => ({ version: model.version, card: model.card }),
    metrics,
    log,
    trustProxy,
    publicOrigin,
    networkOrigin() {
      const host = networkHost();
      const address = httpServer.address();
      return host && typeof address === 'object' && address ? `http://${host}:${address.port}` : undefined;
    },
    now,
  });

  const sweeping = setInterval(() => {
    for (const abandoned of rooms.sweep()) drawings.abandon(abandoned);
    rooms.tidy();
    sockets.sweep();
  }, sweepMs);

  return {
    async listen(at) {
      await http.listen(at);
    },
    async close() {
      clearInterval(sweeping);
      rooms.stop();
      await sockets.close();
      await http.close();
      await gallery.close();
      inference.close();
    },
  };
}
