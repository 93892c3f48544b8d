import { randomUUID } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { PrivacyTerms } from '../shared/http-api.ts';
import { sessionKey } from './auth/admin-token.ts';
import { createHostCheck } from './auth/host.ts';
import { createOriginCheck } from './auth/origin.ts';
import { createSessions } from './auth/session.ts';
import { type Bus, silentBus } from './cluster/bus.ts';
import { createCluster } from './cluster/cluster.ts';
import { createAnnouncer } from './core/announcer.ts';
import { createLifecycle } from './core/lifecycle.ts';
import { createMetrics } from './core/metrics.ts';
import { after } from './core/schedule.ts';
import type { Store } from './core/store.ts';
import { createDrawings } from './drawing/drawing-service.ts';
import { createErasure } from './drawing/erasure.ts';
import { createLabelNetworks } from './drawing/label-networks.ts';
import { createLabels } from './drawing/labels.ts';
import { createPredictionLog } from './drawing/prediction-log.ts';
import { bytesOf } from './drawing/prediction-row.ts';
import { createRetention } from './drawing/retention.ts';
import { createStorageBudget } from './drawing/storage-budget.ts';
import { createHttp } from './http/http-server.ts';
import type { InferencePool } from './inference/inference-pool.ts';
import { createModelCache, type ModelCache } from './inference/model-cache.ts';
import type { LoadedModel } from './inference/model-files.ts';
import { createOverload } from './inference/overload.ts';
import { createPredictor } from './inference/predictor.ts';
import { createRereader } from './inference/rereader.ts';
import { createRoomModels } from './inference/room-models.ts';
import { createSecondOpinions } from './inference/second-opinions.ts';
import { createServedModel } from './inference/served-model.ts';
import { createJobs, type JobsParts } from './jobs/jobs.ts';
import { trackConnections } from './network/connections.ts';
import { createHostActions } from './room/host-actions.ts';
import { createPauseKeeper } from './room/pause-keeper.ts';
import { createRoomHosts } from './room/room-hosts.ts';
import { createRooms } from './room/room-registry.ts';
import { createIoServer } from './socket/io-server.ts';
import { createSockets } from './socket/socket-server.ts';
import { createSubscribers } from './socket/subscribers.ts';

export interface AppParts extends Pick<JobsParts, 'spawnTraining' | 'spawnEvaluation' | 'spawnPacking'> {
  store: Store;
  /** The shipped model. */
  base: LoadedModel;
  /** The net that was trained on MNIST alone: the second witness on labels. */
  plain?: LoadedModel | undefined;
  /** Whether it reads the drawings of visitors along, too. */
  secondOpinion?: boolean | undefined;
  /** Starts the inference processes, which end with the app; `load` reads the weights of a version. */
  startInference(load: ModelCache['load']): InferencePool;
  training: JobsParts['training'] & { by: 'anyone' | 'admin' };
  /** A file of the operator's own pen drawings for the house's gate. */
  pensFile?: string | undefined;
  /** Whether visitors may enter the lobby, or make and enter rooms alone. */
  isLobbyOpen?: boolean | undefined;
  privacy: PrivacyTerms;
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

/** Wires the whole server on `httpServer`. What it needs of the outside world comes in `given`. */
export async function createApp(httpServer: HttpServer, given: AppParts): Promise<App> {
  const { store, base, plain, adminToken, training, bus = silentBus } = given;
  const { start, stop, stopping } = createLifecycle();
  const connections = trackConnections({ server: httpServer, stopping, after });
  const clock = { now: () => performance.now(), wait: (ms: number) => wait(ms), after };
  const key = sessionKey(adminToken);
  const metrics = createMetrics();
  const common = { ...given, ...clock, metrics, httpServer, stopping, sessions: createSessions(key) };
  const checks = { isOwnOrigin: createOriginCheck(given), isOwnHost: createHostCheck(given) };

  const io = createIoServer({ ...checks, metrics });
  const announcer = createAnnouncer(io);
  const subscribers = createSubscribers(common);

  const models = createModelCache(store.loadModel);
  models.keep(base);
  const inference = given.startInference(async version =>
    version === plain?.version ? plain : models.load(version),
  );
  const roomModels = createRoomModels({ version: base.version, card: base.card });
  const predictor = createPredictor({ ...common, inference, roomModels });
  const overload = createOverload({ ...common, predictor, announcer });
  const opinions = createSecondOpinions({ ...common, inference, roomModels, predictor, overload });

  const predictionLog = createPredictionLog({ ...common, save: store.recordPredictions, bytesOf });
  const feedback = createLabels({ ...common, predictionLog });
  const budget = createStorageBudget(clock.now);
  const drawings = createDrawings({ ...common, predictor, feedback, budget });
  const networks = createLabelNetworks({ ...common, key });
  const erasure = createErasure({ ...common, drawings, predictionLog, networks });

  const hosts = createRoomHosts(common);
  const pauses = createPauseKeeper({ hosts });
  const hostActions = createHostActions({ ...given, hosts });
  const cluster = createCluster({ ...common, bus, node: randomUUID(), drawings, hosts });
  cluster.onErased(erasure.follow);
  const retention = createRetention({ ...common, publishExpired: cluster.publishExpired });
  const rooms = createRooms({ ...common, subscribers, cluster, drawings, hosts, overload });
  const rereader = createRereader({ ...common, predictor, roomModels, drawings, rooms, announcer });
  const registry = createServedModel({ ...common, models, inference, roomModels, rereader, announcer });
  const jobs = createJobs({ ...common, models, registry, predictor, feedback, announcer, cluster });

  const routes = {
    networks,
    erasure,
    inference,
    predictor,
    opinions,
    cluster,
    hosts,
    registry,
    models,
    jobs,
    teachBy: training.by,
  };
  const http = await createHttp({ ...common, ...checks, ...routes });
  const sockets = createSockets({
    ...common,
    io,
    rooms,
    hosts,
    hostActions,
    pauses,
    subscribers,
    drawings,
    networks,
    registry,
    overload,
  });

  start([
    inference,
    predictionLog,
    predictor,
    opinions,
    connections,
    { stop: () => http.close() },
    drawings,
    sockets,
    subscribers,
    cluster,
    hosts,
    rooms,
    rereader,
    registry,
    jobs,
    overload,
    retention,
  ]);

  return {
    async listen(at) {
      await http.listen(at);
    },
    close: stop,
  };
}
