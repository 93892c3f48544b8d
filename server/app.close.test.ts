import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../db/connection/open-database.ts';
import type { PortableSample } from '../db/export.ts';
import { house } from '../db/rooms.ts';
import { decodeWeights, encodeWeights } from '../shared/weights.ts';
import { type App, createApp } from './app.ts';
import { createStore } from './core/store.ts';
import { loadModel } from './inference/model-files.ts';
import type { FromPacking } from './job-workers/packing-worker-messages.ts';
import type { PackingProcess } from './jobs/training-pack.ts';
import type { Child } from './process/child-process.ts';

/** Work in progress at a server stop: real connections, no database, no engines. */

const base = loadModel(fileURLToPath(new URL('../models/base/', import.meta.url)));
const adminToken = 'an-admin-token-for-tests';
const sample = {
  id: 1,
  drawing: 'd',
  author: 'somebody',
  strokes: [[0, 0, 9, 9]],
  raster: new Uint8Array(784),
  digit: 4,
  guess: 7,
  accepted: false,
};
const exported: PortableSample = {
  drawing: '00000000-0000-4000-8000-000000000001',
  guess: 1,
  label: 1,
  at: new Date(0).toISOString(),
  image: 'A'.repeat(100_000),
};

const served = { parent: null, source: 'base', status: 'promoted', room: house } as const;
const store = {
  ...createStore({} as Database),
  shared: true,
  trouble: async () => null,
  ensureBase: async () => ({ version: base.version }),
  readChampion: async () => ({ version: base.version }),
  listChampions: async () => new Map([[house, base.version]]),
  loadModel: async () => ({ ...base, weights: new Uint8Array(base.weights), ...served }),
  listJobs: async () => [],
  countByDigit: async () => ({ labelled: [], wrong: [], untrained: 1 }),
  countSetAside: async () => ({ labels: 0, mostOfOne: 0 }),
  readProbations: async () => [],
  readOpenSamples: async () => ({ samples: [sample], replayed: [] }),
  findJob: async () => null,
  nextJob: async () => null,
  failSilentJobs: async () => [],
  recoverJobs: async () => [],
  history: async () => [],
  recordPredictions: async () => {},
  readRooms: async () => [],
  /** An export without an end. */
  exportSamples: async () => ({ samples: [exported], next: 1 }),
};

function idleChild<To, From>(): Child<To, From> {
  return { send() {}, onMessage() {}, onExit() {}, kill() {} };
}

/** Packs nothing, at once. */
function packer(): PackingProcess {
  let receive = (_message: FromPacking) => {};
  return {
    ...idleChild(),
    send: () => receive({ type: 'packed', etag: '"1"', bytes: new Uint8Array() }),
    onMessage(listener) {
      receive = listener;
    },
  };
}

let app: App;
let port: number;
beforeEach(async () => {
  const httpServer = createServer();
  app = await createApp(httpServer, {
    store,
    base,
    startInference: () => ({
      free: () => 0,
      has: () => true,
      predict: () => Promise.reject(new Error('It reads nothing.')),
      ready: () => true,
      serve: async () => {},
      prepare: async () => {},
      restarts: () => 0,
      onFree() {},
      stop() {},
    }),
    spawnTraining: idleChild,
    spawnEvaluation: idleChild,
    spawnPacking: packer,
    training: { by: 'anyone', afterLabels: 0, pauseMs: 0, stepsShare: 1 },
    privacy: { retainDays: 30, retainLabelledDays: 0, contact: null },
    adminToken,
    trustProxy: 0,
    guessOrigins: () => [],
    ownNames: async () => [],
    log: pino({ level: 'silent' }),
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = httpServer.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterEach(() => app.close());

async function join(device: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/training`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ where: 'browser', device }),
  });
  const { value } = JSON.parse(await answer.text());
  return value.job;
}

test('[R11] a stop answers an upload that waits for its round, cuts a slow export and a client that does not read, and ends', async () => {
  const [job] = [await join('one'), await join('two')];
  const weights = decodeWeights(base.weights);
  const [first] = Object.values(weights);
  if (first?.data[0] !== undefined) first.data[0] += 0.001;
  const upload = fetch(`http://127.0.0.1:${port}/api/models`, {
    method: 'POST',
    headers: {
      'content-type': 'application/octet-stream',
      'x-base-version': base.version,
      'x-job': job,
    },
    body: Buffer.from(encodeWeights(weights)),
  });
  const exporting = connect(port, '127.0.0.1');
  exporting.on('error', () => {});
  const asked = ['GET /api/export HTTP/1.1', 'Host: 127.0.0.1', `Authorization: Bearer ${adminToken}`];
  exporting.write(`${asked.join('\r\n')}\r\n\r\n`);
  await once(exporting, 'readable');
  const mute = connect(port, '127.0.0.1');
  mute.on('error', () => {});
  const upgrade = ['GET /socket.io/?EIO=4&transport=websocket HTTP/1.1', 'Host: 127.0.0.1'];
  const handshake = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';
  mute.write(`${[...upgrade, ...handshake, key].join('\r\n')}\r\n\r\n`);
  await once(mute, 'readable');
  const phases = async () => {
    const { browsers } = JSON.parse(await (await fetch(`http://127.0.0.1:${port}/api/training`)).text());
    return browsers.map(({ phase }: { phase: string }) => phase);
  };
  await expect.poll(phases).toContain('judging');

  await app.close();
  const answer = await upload;
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    reason: 'unavailable',
    message: expect.stringContaining('stopping'),
  });
});
