import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { PredictionRow } from '../db/predictions.ts';
import { sessionKey } from './auth/admin-token.ts';
import { createHostCheck } from './auth/host.ts';
import { createOriginCheck } from './auth/origin.ts';
import { createSessions } from './auth/session.ts';
import { type Bus, createCluster } from './cluster/cluster.ts';
import { createMetrics } from './core/metrics.ts';
import { after } from './core/schedule.ts';
import type { Store } from './core/store.ts';
import { createDrawings } from './drawing/drawing-service.ts';
import { createNetworks } from './drawing/label-networks.ts';
import { bytesOf, createFeedback } from './drawing/labels.ts';
import { createGallery } from './drawing/prediction-log.ts';
import { createStorageBudget } from './drawing/storage-budget.ts';
import { createHttp } from './http/http-server.ts';
import { createBatcher, type Stage } from './inference/batcher.ts';
import type { InferencePool } from './inference/inference-pool.ts';
import { createModelCache } from './inference/model-cache.ts';
import type { LoadedModel } from './inference/model-files.ts';
import { createPace, paceLookMs } from './inference/overload.ts';
import { ask, type Predicted, toPrediction } from './inference/prediction-request.ts';
import { createRegistry } from './inference/served-model.ts';
import { createGuard } from './jobs/auto-rollback.ts';
import { createJudge, type JudgeParts } from './jobs/evaluator.ts';
import { createRounds } from './jobs/federated-round.ts';
import { createRoundTrial } from './jobs/round-evaluation.ts';
import { createPacker } from './jobs/training-pack.ts';
import { createTrainingNews } from './jobs/training-progress.ts';
import { createTeacher, type TeachingProcess } from './jobs/training-runner.ts';
import { trackConnections } from './network/connections.ts';
import { createRooms } from './room/room-registry.ts';
import { createSockets } from './socket/socket-server.ts';

export interface AppParts {
  store: Store;
  /** The shipped model. */
  base: LoadedModel;
  /** Starts the inference processes; `onFree` is to be called whenever one comes free or comes back. */
  startInference(onFree: () => void): InferencePool;
  spawnTeaching(): TeachingProcess;
  spawnJudging: JudgeParts['spawn'];
  teaching: { by: 'anyone' | 'admin'; afterLabels: number; pauseMs: number };
  adminToken: string;
  trustProxy: number;
  publicOrigin?: string | undefined;
  /** Origins at which phones may reach the server, the likeliest first. */
  guessOrigins(): string[];
  /** Names of this machine, as it and its network call it. */
  ownNames(): Promise<readonly string[]>;
  /** To the other nodes, where there are any. */
  bus?: Bus | undefined;
  log: Logger;
}

export interface App {
  listen(at: { port: number; host: string }): Promise<void>;
  /** Stops taking events, stores what waits to be logged, and ends the inference processes. */
  close(): Promise<void>;
}

const sweepMs = 1_000;
/** A stop waits this long for answers under way; then every connection is cut, a slow export among them. */
const lastAnswersMs = 2_000;
const now = () => performance.now();

/** Wires the whole server on `httpServer`. What it needs of the outside world comes in `parts`. */
export async function createApp(httpServer: HttpServer, parts: AppParts): Promise<App> {
  const { store, base, log, trustProxy, publicOrigin, guessOrigins } = parts;
  const isOwnOrigin = createOriginCheck({ trustProxy, publicOrigin, log });
  const connections = trackConnections(httpServer);
  let isStopping = false;
  const isOwnHost = createHostCheck({ trustProxy, publicOrigin, ownNames: parts.ownNames, log });
  const key = sessionKey(parts.adminToken);
  const sessions = createSessions(key);
  const metrics = createMetrics({
    people: () => sockets.connections(),
    drawings: () => drawings.count(),
    waiting: () => batcher.waiting(),
    restarts: () => inference.restarts(),
    guessesPerSecond: () => pace.pace().guessesPerSecond,
    nodes: () => 1 + (cluster?.nodes() ?? 0),
  });

  const gallery = createGallery<PredictionRow>({
    save: rows => store.recordPredictions(rows),
    bytesOf,
    lost: count => metrics.unlogged.inc(count),
    log,
  });
  const feedback = createFeedback({
    store,
    record: gallery.record,
    stored: () => metrics.labels.inc(),
    log,
  });
  const storage = createStorageBudget(now);
  const drawings = createDrawings({
    payFor: storage.payFor,
    unlogged: () => metrics.unlogged.inc(),
    changed(live) {
      if (live.drawing.points > 0) batcher.mark(live);
      else live.guess = undefined;
    },
    async finished(live) {
      batcher.hurry(live);
      await feedback.storeFinished(live);
    },
    storeLabel: feedback.storeLabel,
    relabel: feedback.relabel,
  });

  const took = (stage: Stage | 'answer' | 'raster' | 'compute', ms: number) =>
    metrics.stages.observe({ stage }, ms / 1000);
  const inference = parts.startInference(() => batcher.pump());
  const batcher = createBatcher<Predicted>({
    infer: {
      free: inference.free,
      async predict(inputs) {
        metrics.batchSize.observe(inputs.length);
        const beganMs = now();
        const batch = await inference.predict(inputs);
        took('answer', now() - beganMs);
        took('raster', batch.rasterMs);
        took('compute', batch.computeMs);
        return batch;
      },
    },
    read(item) {
      if ('question' in item) return { seq: 0, input: item.question };
      return { seq: item.drawing.seq, input: item.drawing.strokes };
    },
    points: item => ('question' in item ? 0 : item.drawing.points),
    deliver(live, guess) {
      if ('question' in live) return live.answer(toPrediction(guess.model, guess.distribution));
      if (live.drawing.points === 0) return;
      live.guess = guess;
      metrics.predicted.inc();
      const { seq, model: version, distribution } = guess;
      live.drawer.guess({ drawing: live.id, seq, model: version, probabilities: [...distribution] });
      live.room.guessed(live);
      if (seq !== live.drawing.seq) return;
      for (const resolve of live.settled.splice(0)) resolve();
    },
    failed: error => log.warn({ err: error }, 'a batch is predicted again'),
    coalesced: () => metrics.coalesced.inc(),
    took,
    now,
    after,
  });

  const pace = createPace(next => {
    log.warn(next, next.overloaded ? 'overloaded: guesses come less often' : 'no longer overloaded');
    batcher.pace(next.guessesPerSecond);
    sockets.announce.pace(next);
  });
  batcher.pace(pace.pace().guessesPerSecond);
  let seen = performance.eventLoopUtilization();
  const pacing = setInterval(() => {
    const all = performance.eventLoopUtilization();
    pace.look({
      oldestMs: batcher.oldestMs(),
      busy: performance.eventLoopUtilization(all, seen).utilization,
    });
    seen = all;
  }, paceLookMs);

  const networks = createNetworks({ store, key, log });
  const models = createModelCache(store.loadModel);
  models.keep(base);
  const registry = createRegistry({
    base,
    store: { ...store, loadModel: models.load },
    serve: inference.serve,
    changed(model) {
      sockets.announce.model(model);
      for (const live of drawings.open()) if (live.drawing.points > 0) batcher.mark(live);
    },
    log,
    after,
  });
  const news = createTrainingNews({
    store,
    broadcast: training => sockets.announce.training(training),
    promoted: registry.sync,
    publish: training => cluster?.training(training),
  });
  const teacher = createTeacher({
    store,
    base,
    spawn: parts.spawnTeaching,
    announce: news.announce,
    confirm: news.confirm,
    refused: model => sockets.announce.model(model),
    promoted: registry.sync,
    afterLabels: parts.teaching.afterLabels,
    pauseMs: parts.teaching.pauseMs,
    log,
    after,
  });
  const judge = createJudge({ spawn: parts.spawnJudging, log });
  const rounds = createRounds({
    store: { ...store, loadModel: models.load },
    base,
    model: registry.model,
    pack: createPacker(),
    check: judge.check,
    conclude: createRoundTrial({
      store,
      base,
      model: registry.model,
      judge,
      refused: model => sockets.announce.model(model),
      promoted: registry.sync,
      wait: sleep,
      isStopping: () => isStopping,
      after,
    }),
    announce: news.announce,
    log,
    now,
  });
  const guard = createGuard({ store, promoted: registry.sync, log });

  const cluster =
    parts.bus &&
    createCluster({
      bus: parts.bus,
      node: randomUUID(),
      training: news.heard,
      deleted: drawings.remove,
      moved: live => drawings.forget(live),
      log,
      now,
    });
  const rooms = createRooms({
    send: (to, frame) => sockets.send(to, frame),
    ticked: room => sockets.ticked(room),
    ...(cluster && { cluster }),
    leastTickMs: pace.leastTickMs,
    evicted: live => drawings.forget(live),
    now,
  });
  const http = await createHttp({
    httpServer,
    sessions,
    adminToken: parts.adminToken,
    store,
    teacher,
    latest: news.latest,
    rounds,
    teachBy: parts.teaching.by,
    labels: networks.labels,
    predict: raster => ask(raster, batcher.mark),
    deleted(drawing) {
      drawings.remove(drawing);
      cluster?.deleted(drawing);
    },
    idle: () => batcher.waiting() === 0,
    wait: sleep,
    promoted: registry.sync,
    loadModel: models.load,
    metrics,
    log,
    trustProxy,
    isOwnOrigin,
    isOwnHost,
    now,
    async unready() {
      const trouble = await store.trouble();
      const served = inference.ready() && (registry.synced() || trouble !== null);
      const missing = [...(served ? [] : ['model']), ...(trouble === null ? [] : ['database'])];
      return { missing, reason: trouble?.reason };
    },
  });
  const sockets = createSockets({
    httpServer,
    sessions,
    rooms,
    drawings,
    labels: networks.labels,
    model: registry.model,
    pace: pace.pace,
    metrics,
    log,
    trustProxy,
    publicOrigin,
    isOwnOrigin,
    isOwnHost,
    guessOrigins,
    now,
  });

  void registry.sync();
  const sweeping = setInterval(() => {
    for (const abandoned of rooms.sweep()) drawings.abandon(abandoned);
    rooms.tidy();
    sockets.sweep();
    storage.sweep();
    void teacher.look();
    void guard.look();
    rounds.sweep();
    cluster?.beat();
  }, sweepMs);

  return {
    async listen(at) {
      await http.listen(at);
    },
    async close() {
      isStopping = true;
      clearInterval(sweeping);
      clearInterval(pacing);
      const cutting = setTimeout(connections.cut, lastAnswersMs);
      judge.close();
      await Promise.race([
        Promise.all([teacher.close(), rounds.close()]),
        sleep(lastAnswersMs, undefined, { ref: false }),
      ]);
      registry.close();
      rooms.stop();
      await cluster?.stop();
      await sockets.close();
      await Promise.all(drawings.open().map(feedback.storeOpen));
      await http.close();
      clearTimeout(cutting);
      await gallery.close();
      inference.close();
    },
  };
}
