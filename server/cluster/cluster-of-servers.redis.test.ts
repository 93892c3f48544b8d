import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startPostgres, type TestPostgres } from '../../db/testing/postgres.ts';
import type { ModelList, TrainingState } from '../../shared/http-api.ts';
import { unpackAppends, unpackInk } from '../../shared/ink.ts';
import type { Frame, Snapshot, Tile } from '../../shared/protocol.ts';
import type { Training } from '../../shared/training-protocol.ts';
import { startRedis, type TestRedis } from '../testing/redis.ts';
import {
  connect,
  draw,
  getSamples,
  inkOf,
  startServer,
  type TestClient,
  type TestServer,
  temporaryFolder,
} from '../testing/server.ts';

// Three servers with one PostgreSQL and one Redis, as behind a load balancer.

const adminToken = 'a-token-that-all-nodes-share';
let postgres: TestPostgres;
let redis: TestRedis;
let settings: Record<string, string>;
const folders: { remove(): void }[] = [];
let nodes: TestServer[];
const clients: TestClient[] = [];

function startNode(): Promise<TestServer> {
  const { folder, remove } = temporaryFolder();
  folders.push({ remove });
  return startServer({ ...settings, DATA_DIR: folder });
}

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  settings = {
    DATABASE_URL: await postgres.createDatabase('nodes'),
    REDIS_URL: redis.url,
    ADMIN_TOKEN: adminToken,
    INFERENCE_PROCESSES: '1',
    ENGINE: 'wasm',
  };
  nodes = await Promise.all([startNode(), startNode(), startNode()]);
}, 600_000);

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

afterAll(async () => {
  await Promise.all((nodes ?? []).map(node => node.stop('SIGKILL')));
  await redis?.kill();
  await postgres?.remove();
  for (const { remove } of folders) remove();
});

/** A person on a node, with the wall as their page shows it. */
async function come(node: TestServer, auth: Record<string, unknown>) {
  const wall = new Map<number, Tile & { strokes: number[][] }>();
  const people = new Set<string>();
  const named = new Map<number, string>();
  const present = () => [...named.values()].sort();
  const { client, welcome } = await connect(node.url, auth);
  clients.push(client);
  const hang = (tile: Tile) => wall.set(tile.tile, { ...tile, strokes: tile.ink.map(unpackInk) });
  function applySnapshot({ tiles }: Snapshot) {
    wall.clear();
    tiles.forEach(hang);
  }
  function applyFrame(frame: Frame) {
    for (const { person, name } of frame.came ?? []) {
      people.add(name);
      named.set(person, name);
    }
    for (const person of frame.left ?? []) {
      people.delete(named.get(person) ?? '');
      named.delete(person);
    }
    for (const [tile, drawing, person] of frame.begun ?? []) hang({ tile, drawing, person, ink: [] });
    for (const { tile, stroke, differences } of unpackAppends(frame.ink ?? '')) {
      const strokes = wall.get(tile)!.strokes;
      strokes[stroke] ??= [];
      for (const difference of differences) strokes[stroke].push((strokes[stroke].at(-2) ?? 0) + difference);
    }
    for (const [tile, ink] of frame.redrawn ?? []) wall.get(tile)!.strokes = ink.map(unpackInk);
    for (const [tile, guess] of frame.guesses ?? []) wall.get(tile)!.guess = guess;
    for (const tile of frame.gone ?? []) wall.delete(tile);
  }
  for (const { person, name } of welcome.people) {
    people.add(name);
    named.set(person, name);
  }
  applySnapshot(welcome.snapshot);
  client.on('frame', applyFrame);
  client.on('snapshot', applySnapshot);
  const shown = (drawing: string) => [...wall.values()].find(tile => tile.drawing === drawing);
  return { client, session: welcome.session!, people, present, wall, shown };
}

const soon = { timeout: 60_000, interval: 25 };
/** Nodes poll every 400 ms; this only detects a node that never learns of the version. */
const patienceMs = 60_000;

test('[C2] people on different nodes see each other’s ink and predictions, those who come later too', async () => {
  const [ada, bo] = [
    await come(nodes[0]!, { room: 'ink', name: 'ada' }),
    await come(nodes[1]!, { room: 'ink', name: 'bo' }),
  ];
  const strokes = inkOf(3);
  const { drawing } = await draw(ada.client, strokes);
  await expect.poll(() => bo.shown(drawing)?.strokes, soon).toEqual(strokes);
  await expect.poll(() => bo.shown(drawing)?.guess, soon).toHaveLength(10);
  await expect.poll(() => [...bo.people].sort(), soon).toEqual(['ada', 'bo']);
  const cy = await come(nodes[2]!, { room: 'ink', name: 'cy' });
  await expect.poll(() => cy.shown(drawing)?.strokes, soon).toEqual(strokes);
  await expect.poll(() => cy.shown(drawing)?.guess, soon).toHaveLength(10);
  // Both receive the newest one.
  await expect.poll(() => cy.shown(drawing)?.guess === bo.shown(drawing)?.guess, soon).toBe(true);
  await expect.poll(() => [...ada.people].sort(), soon).toEqual(['ada', 'bo', 'cy']);
  expect(ada.wall.size).toBe(1);
});

test('[C4] everybody goes on while Redis is away, and is in one room again when it is back', async () => {
  const [ada, bo] = [
    await come(nodes[0]!, { room: 'redis', name: 'ada' }),
    await come(nodes[1]!, { room: 'redis', name: 'bo' }),
  ];
  const first = await draw(ada.client, inkOf(5));
  await expect.poll(() => bo.shown(first.drawing)?.strokes, soon).toEqual(inkOf(5));
  await redis.kill();
  const alone = await draw(ada.client, inkOf(6));
  expect(alone.guess.probabilities).toHaveLength(10);
  expect((await fetch(`${nodes[0]!.url}/readyz`)).status).toBe(200);
  await expect.poll(() => bo.shown(first.drawing), soon).toBeUndefined();
  await redis.start();
  await expect.poll(() => bo.shown(alone.drawing)?.strokes, soon).toEqual(inkOf(6));
  await expect.poll(() => bo.shown(first.drawing)?.strokes, soon).toEqual(inkOf(5));
  await expect.poll(() => nodes[0]!.output().match(/Redis is unreachable/g)).toHaveLength(1);
});

test('[L7] PostgreSQL restarts: drawing goes on everywhere, and a label waits for it', async () => {
  const ada = await come(nodes[0]!, { room: 'postgres', name: 'ada' });
  const bo = await come(nodes[1]!, { room: 'postgres', name: 'bo' });
  await postgres.stop();
  const { drawing } = await draw(ada.client, inkOf(2));
  await expect.poll(() => bo.shown(drawing)?.strokes, soon).toEqual(inkOf(2));
  expect(await ada.client.emitWithAck('label', { drawing, digit: 2 })).toMatchObject({ ok: false });
  await postgres.start();
  await expect
    .poll(async () => (await ada.client.emitWithAck('label', { drawing, digit: 2 })).ok, soon)
    .toBe(true);
  await expect
    .poll(async () => (await getSamples(nodes[2]!.url, '?room=postgres&labelled=true')).samples.length, soon)
    .toBe(1);
});

test('[J1] [J11] [C8] a job runs once, every node announces it in its room, and all predict there with its version', async () => {
  const ada = await come(nodes[0]!, { room: 'teach', name: 'ada' });
  const dee = await come(nodes[2]!, { room: 'teach', name: 'dee' });
  const box = (variant: number) => [
    [250, 250, 720, 240, 730, 620, 260, 640, 250, 250, 250, 930].map((value, i) =>
      Math.round(value + 14 * Math.sin(variant * 7.3 + i * 2.1)),
    ),
  ];
  for (let variant = 0; variant < 10; variant++) {
    // Mostly known digits: a room that invents all its signs learns twice as long.
    const [strokes, digit] = variant < 4 ? [box(variant), 4] : [inkOf(variant), variant];
    const { drawing } = await draw(ada.client, strokes, { points: 50 });
    expect(await ada.client.emitWithAck('label', { drawing, digit })).toMatchObject({ ok: true });
    await ada.client.emitWithAck('finish', { drawing });
  }
  const answering = nodes.map(answeringAnew);
  const received: Training[] = [];
  dee.client.on('training', training => received.push(training));
  const ask = (node: TestServer) =>
    fetch(`${node.url}/api/training`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ where: 'server', room: 'teach' }),
    }).then(response => response.status);
  const statuses = await Promise.all(nodes.map(ask));
  expect(statuses.filter(status => status === 202)).toHaveLength(1);
  await expect
    .poll(() => received.at(-1)?.phase, { timeout: 300_000, interval: 100 })
    .toMatch(/promoted|refused|failed/);
  expect(received.at(-1)).toMatchObject({ phase: 'promoted' });
  expect(received.filter(({ phase }) => phase === 'training').length).toBeGreaterThan(2);
  expect(new Set(received.map(({ job }) => job)).size).toBe(1);
  const get = async <Value>(node: TestServer, path: string): Promise<Value> =>
    JSON.parse(await (await fetch(node.url + path)).text());
  const state = await get<TrainingState>(nodes[1]!, '/api/training?room=teach');
  expect(state.training).toMatchObject({ job: received[0]!.job, phase: 'promoted' });
  const { champion, history } = await get<ModelList>(nodes[0]!, '/api/models?room=teach');
  const elsewhere = await get<ModelList>(nodes[2]!, '/api/models?room=elsewhere');
  expect(elsewhere.history).toHaveLength(1);
  const [promotion] = history;
  expect(promotion).toMatchObject({ version: champion, move: 'promoted' });
  for (const { model, atMs } of await Promise.all(answering)) {
    expect(model).toBe(champion);
    // Counted from the start of the transaction, by the machine's clock.
    expect(atMs - Date.parse(promotion!.at)).toBeLessThan(patienceMs);
  }
}, 600_000);

/** The version and the time of the first prediction after a node announces another champion of the room. */
async function answeringAnew(node: TestServer): Promise<{ model: string; atMs: number }> {
  const { client } = await connect(node.url, { room: 'teach' });
  clients.push(client);
  await new Promise<void>(resolve => client.on('model', model => 'version' in model && resolve()));
  const { guess } = await draw(client, inkOf(1), { points: 50 });
  return { model: guess.model, atMs: Date.now() };
}

test('[L1] a node is killed in mid-stroke: its people go on at another one, and nothing acked is lost', async () => {
  const ada = await come(nodes[0]!, { room: 'kill', name: 'ada' });
  const bo = await come(nodes[1]!, { room: 'kill', name: 'bo' });
  const labelled = await draw(ada.client, inkOf(7));
  const ack = await ada.client.emitWithAck('label', { drawing: labelled.drawing, digit: 7 });
  expect(ack).toMatchObject({ ok: true });
  await ada.client.emitWithAck('finish', { drawing: labelled.drawing });
  const strokes = inkOf(8);
  const drawing = randomUUID();
  const half = strokes[0]!.slice(0, 8);
  ada.client.emit('draw', { drawing, seq: 1, stroke: 0, offset: 0, points: half });
  await expect.poll(() => bo.shown(drawing)?.strokes, soon).toEqual([half]);

  await nodes[0]!.stop('SIGKILL');
  const killedMs = performance.now();
  // Like a page, the client connects to another node with its session and resends its whole drawing.
  const again = await come(nodes[2]!, { room: 'kill', name: 'ada', session: ada.session });
  expect(await again.client.emitWithAck('redraw', { drawing, seq: 2, strokes: [half] })).toEqual({
    ok: true,
  });
  again.client.emit('draw', { drawing, seq: 3, stroke: 0, offset: 4, points: strokes[0]!.slice(8) });
  await expect.poll(() => bo.shown(drawing)?.strokes, soon).toEqual([strokes[0]]);
  expect(performance.now() - killedMs).toBeLessThan(60_000);
  // Her first node is not yet known to be gone.
  expect(bo.present()).toEqual(['ada', 'bo']);
  await expect
    .poll(() => [...bo.wall.values()].filter(tile => tile.drawing === drawing).length, soon)
    .toBe(1);
  // Drawings that only the dead node had leave the wall; their rows stay in the database.
  await expect.poll(() => bo.shown(labelled.drawing), soon).toBeUndefined();
  await expect.poll(() => bo.wall.size, soon).toBe(1);
  const { samples } = await getSamples(nodes[1]!.url, '?room=kill&labelled=true');
  expect(samples).toMatchObject([{ id: ack.ok && ack.value.sample, label: 7 }]);
}, 600_000);
