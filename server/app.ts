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
import { createLabelNetworks } from './drawing/label-networks.ts';
import { createLabels } from './drawing/labels.ts';
import { createPredictionLog } from './drawing/prediction-log.ts';
import { bytesOf } from './drawing/prediction-row.ts';
import { createStorageBudget } from './drawing/storage-budget.ts';
import { createHttp } from './http/http-server.ts';
import { createBatcher, type Stage } from './inference/batcher.ts';
import type { InferencePool, InferencePoolParts } from './inference/inference-pool.ts';
import { createModelCache } from './inference/model-cache.ts';
import type { LoadedModel } from './inference/model-files.ts';
import { createOverloadControl, overloadSampleMs } from './inference/overload.ts';
import { type Predicted, predictOnce, toPrediction } from './inference/prediction-request.ts';
import { createServedModel } from './inference/served-model.ts';
import { createAutoRollback } from './jobs/auto-rollback.ts';
import { createEvaluator, type EvaluatorParts } from './jobs/evaluator.ts';
import { createRounds } from './jobs/federated-round.ts';
import { createRoundEvaluation } from './jobs/round-evaluation.ts';
import { createPacker } from './jobs/training-pack.ts';
import { createTrainingProgress } from './jobs/training-progress.ts';
import { createTrainingRunner, type TrainingProcess } from './jobs/training-runner.ts';
import { trackConnections } from './network/connections.ts';
import { createRooms } from './room/room-registry.ts';
import { createSockets } from './socket/socket-server.ts';

export interface AppParts {
  store: Store;
  /** The shipped model. */
  base: LoadedModel;
  startInference(wiring: Pick<InferencePoolParts, 'load' | 'onFree'>): InferencePool;
  spawnTraining(): TrainingProcess;
  spawnEvaluation: EvaluatorParts['spawn'];
  training: { by: 'anyone' | 'admin'; afterLabels: number; pauseMs: number };
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
    nodes: () => 1 + (cluster?.countOtherNodes() ?? 0),
  });

  const gallery = createPredictionLog<PredictionRow>({
    save: rows => store.recordPredictions(rows),
    bytesOf,
    onLost: count => metrics.unlogged.inc(count),
    log,
  });
  const feedback = createLabels({
    store,
    record: gallery.append,
    onStored: () => metrics.labels.inc(),
    log,
  });
  const storage = createStorageBudget(now);
  const drawings = createDrawings({
    payFor: storage.payFor,
    onUnlogged: () => metrics.unlogged.inc(),
    onChanged(live) {
      if (live.drawing.points > 0) batcher.markDirty(live);
      else live.guess = undefined;
    },
    async onFinished(live) {
      batcher.prioritise(live);
      await feedback.storeFinished(live);
    },
    storeLabel: feedback.storeLabel,
    relabel: feedback.relabel,
  });

  const observeStage = (stage: Stage | 'answer' | 'raster' | 'compute', ms: number) =>
    metrics.stages.observe({ stage }, ms / 1000);
  const models = createModelCache(store.loadModel);
  models.keep(base);
  const inference = parts.startInference({ load: models.load, onFree: () => batcher.flush() });
  const batcher = createBatcher<Predicted>({
    inference: {
      free: inference.free,
      has: inference.has,
      async predict(inputs) {
        metrics.batchSize.observe(inputs.length);
        const beganMs = now();
        const batch = await inference.predict(inputs);
        observeStage('answer', now() - beganMs);
        observeStage('raster', batch.rasterMs);
        observeStage('compute', batch.computeMs);
        return batch;
      },
    },
    version: () => registry.model().version,
    read(item) {
      if ('resolve' in item) return { seq: 0, input: item.raster };
      return { seq: item.drawing.seq, input: item.drawing.strokes };
    },
    points: item => ('resolve' in item ? 0 : item.drawing.points),
    deliver(live, guess) {
      if ('resolve' in live) return live.resolve(toPrediction(guess.model, guess.distribution));
      if (live.drawing.points === 0) return;
      live.guess = guess;
      metrics.predicted.inc();
      const { seq, model: version, distribution } = guess;
      live.drawer.guess({ drawing: live.id, seq, model: version, probabilities: [...distribution] });
      live.room.guessed(live);
      if (seq !== live.drawing.seq) return;
      for (const resolve of live.predictionWaiters.splice(0)) resolve();
    },
    failed: error => log.warn({ err: error }, 'a batch is predicted again'),
    coalesced: () => metrics.coalesced.inc(),
    observeStage,
    now,
    after,
  });

  const pace = createOverloadControl(next => {
    log.warn(next, next.overloaded ? 'overloaded: guesses come less often' : 'no longer overloaded');
    batcher.setPace(next.guessesPerSecond);
    sockets.announce.pace(next);
  });
  batcher.setPace(pace.pace().guessesPerSecond);
  let seen = performance.eventLoopUtilization();
  const pacing = setInterval(() => {
    const all = performance.eventLoopUtilization();
    pace.look({
      oldestMs: batcher.oldestMs(),
      busy: performance.eventLoopUtilization(all, seen).utilization,
    });
    seen = all;
  }, overloadSampleMs);

  const networks = createLabelNetworks({ store, key, log });
  const registry = createServedModel({
    base,
    store: { ...store, loadModel: models.load },
    serve: inference.serve,
    changed(model) {
      sockets.announce.model(model);
      for (const live of drawings.open()) if (live.drawing.points > 0) batcher.markDirty(live);
    },
    log,
    after,
  });
  const news = createTrainingProgress({
    store,
    broadcast: training => sockets.announce.training(training),
    promoted: registry.refresh,
    publish: training => cluster?.publishTraining(training),
  });
  const teacher = createTrainingRunner({
    store,
    base,
    spawn: parts.spawnTraining,
    announce: news.announce,
    confirm: news.confirm,
    refused: model => sockets.announce.model(model),
    promoted: registry.refresh,
    afterLabels: parts.training.afterLabels,
    pauseMs: parts.training.pauseMs,
    log,
    after,
  });
  const judge = createEvaluator({ spawn: parts.spawnEvaluation, log });
  const rounds = createRounds({
    store: { ...store, loadModel: models.load },
    base,
    model: registry.model,
    pack: createPacker(),
    check: judge.check,
    conclude: createRoundEvaluation({
      store,
      base,
      model: registry.model,
      evaluator: judge,
      refused: model => sockets.announce.model(model),
      promoted: registry.refresh,
      wait: sleep,
      isStopping: () => isStopping,
      after,
    }),
    announce: news.announce,
    log,
    now,
  });
  const guard = createAutoRollback({ store, promoted: registry.refresh, log });

  const cluster =
    parts.bus &&
    createCluster({
      bus: parts.bus,
      node: randomUUID(),
      onTraining: news.heard,
      onDeleted: drawings.remove,
      onTakenOver: live => drawings.evict(live),
      log,
      now,
    });
  const rooms = createRooms({
    send: (to, frame) => sockets.send(to, frame),
    onTicked: room => sockets.ticked(room),
    ...(cluster && { cluster }),
    leastTickMs: pace.leastTickMs,
    onEvicted: live => drawings.evict(live),
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
    teachBy: parts.training.by,
    labels: networks.labels,
    predict: raster => predictOnce(raster, batcher.markDirty),
    deleted(drawing) {
      drawings.remove(drawing);
      cluster?.publishDeleted(drawing);
    },
    idle: () => batcher.waiting() === 0,
    wait: sleep,
    promoted: registry.refresh,
    loadModel: models.load,
    metrics,
    log,
    trustProxy,
    isOwnOrigin,
    isOwnHost,
    now,
    async unready() {
      const trouble = await store.trouble();
      const served = inference.ready() && (registry.isFresh() || trouble !== null);
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

  void registry.refresh();
  const sweeping = setInterval(() => {
    for (const abandoned of rooms.expirePeople()) drawings.expire(abandoned);
    rooms.removeEmpty();
    sockets.sweep();
    storage.sweep();
    void teacher.poll();
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
