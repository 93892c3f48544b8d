import { createServer } from 'node:http';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseRefused } from '../db/connection/database-errors.ts';
import { DataFolderInUse } from '../db/connection/folder-lock.ts';
import { openDatabase } from '../db/connection/open-database.ts';
import { DatabaseIncomplete, DataFolderUnwritable } from '../db/connection/pglite-folder.ts';
import { WeightsError } from '../shared/weights.ts';
import { readStrokesFile, StrokesFileError } from '../training/dataset/strokes-file.ts';
import { chooseEngine } from '../training/engine/choose-engine.ts';
import { toArguments } from '../training/engine/engine-arguments.ts';
import { createApp } from './app.ts';
import { AdminTokenError, adminToken } from './auth/admin-token.ts';
import { createOwnNames } from './auth/host.ts';
import { describeConfig, readConfig, SettingError } from './config.ts';
import { createLog } from './core/logger.ts';
import { createStore } from './core/store.ts';
import { createInferencePool } from './inference/inference-pool.ts';
import { loadModel } from './inference/model-files.ts';
import { isContained, readSurroundings } from './network/container.ts';
import { ListenError, listenOn } from './network/listen.ts';
import { guessOrigins, rankAddresses, readInterfaces } from './network/network-address.ts';
import { startLines } from './network/start-lines.ts';
import { spawnChild } from './process/child-process.ts';
import { createEngines } from './process/engine-fallback.ts';

const ourFile = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** A stop ends after this time at the latest; clients keep and resend whatever was not acked. */
const stopDeadlineMs = 8_000;

const print = (line: string) => process.stdout.write(`${line}\n`);

async function start() {
  const config = readConfig();
  for (const line of describeConfig(config)) print(`  ${line}`);
  const log = createLog();
  const base = loadModel(ourFile('../models/base/'));
  const plain = loadModel(ourFile('../models/plain/'));
  if (config.pensFile !== undefined) await readStrokesFile(config.pensFile);
  const folder = resolve(config.nativeDir);
  const [database, choice] = await Promise.all([
    openDatabase({
      url: config.databaseUrl,
      dataDir: config.dataDir,
      report(trouble) {
        if (trouble === null) log.info('The database is available again.');
        else log.warn({ detail: trouble.detail }, `The database cannot be used just now. ${trouble.reason}`);
      },
    }),
    chooseEngine({ setting: config.engine, folder }),
  ]);
  print(`  Engine: ${choice.serving} serves, ${choice.training} trains (${choice.why})`);
  const engines = createEngines({ choice, folder, trainingThreads: config.trainingThreads, log });
  const token = adminToken({ dataDir: config.dataDir, setting: config.adminToken });
  // Requests without a Host header get a sentence as response; Node's own response is empty.
  const httpServer = createServer({ requireHostHeader: false });
  const contained = isContained(readSurroundings(config));
  const network = () => ({ listening: httpServer.address(), contained, interfaces: readInterfaces() });
  // Only a node of a cluster loads the Redis client: 45 modules.
  const bus =
    config.redisUrl !== undefined &&
    (await import('./cluster/redis-bus.ts')).createRedisBus({ url: config.redisUrl, log });
  const app = await createApp(httpServer, {
    store: createStore(database),
    base,
    plain,
    secondOpinion: config.secondOpinion,
    pensFile: config.pensFile,
    isLobbyOpen: config.isLobbyOpen,
    startInference: load =>
      createInferencePool({
        processes: config.inferenceProcesses,
        model: base,
        load,
        spawn: () =>
          engines.run('serving', start =>
            spawnChild(ourFile('./inference/inference-worker.ts'), { args: toArguments(start) }),
          ),
        onBroken: engines.broken,
        log,
      }),
    spawnTraining: () =>
      engines.run('training', start =>
        spawnChild(ourFile('./job-workers/training-worker.ts'), {
          args: toArguments(start),
          nice: config.teachNice,
        }),
      ),
    spawnEvaluation: () =>
      engines.run('training', start =>
        spawnChild(ourFile('./job-workers/evaluation-worker.ts'), {
          args: toArguments(start),
          nice: config.teachNice,
        }),
      ),
    spawnPacking: () => spawnChild(ourFile('./job-workers/packing-worker.ts'), { nice: config.teachNice }),
    training: {
      by: config.teachBy,
      afterLabels: config.teachAfterLabels,
      pauseMs: config.teachPauseMs,
      stepsShare: config.teachStepsShare,
    },
    privacy: {
      retainDays: config.retainDays,
      retainLabelledDays: config.retainLabelledDays,
      contact: config.privacyContact ?? null,
    },
    adminToken: token,
    trustProxy: config.trustProxy,
    publicOrigin: config.publicOrigin,
    guessOrigins: () => guessOrigins(network()),
    ownNames: createOwnNames({
      hostname: hostname(),
      addresses: () => rankAddresses(readInterfaces()),
      now: () => performance.now(),
    }),
    ...(bus && { bus }),
    log,
  });

  let stopping = false;
  async function stop(signal: string) {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), stopDeadlineMs).unref();
    await app.close();
    await database.close();
    process.exit(0);
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));

  await listenOn(config, app.listen);
  const lines = startLines({
    publicOrigin: config.publicOrigin,
    generatedToken: config.adminToken === undefined ? token : undefined,
    ...network(),
  });
  print(`\n${lines.map(line => `  ${line}`).join('\n')}\n`);
}

/** Errors whose message is all that an operator needs. */
const named = [
  SettingError,
  WeightsError,
  StrokesFileError,
  DataFolderInUse,
  DataFolderUnwritable,
  DatabaseIncomplete,
  AdminTokenError,
  ListenError,
  DatabaseRefused,
];

start().catch(error => {
  const expected = named.some(kind => error instanceof kind);
  process.stderr.write(`${expected ? error.message : error.stack}\n`);
  process.exit(1);
});
