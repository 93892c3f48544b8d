import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../db/testing/free-port.ts';
import { packDistribution, topDigit } from '../../shared/distribution.ts';
import { growStroke, unpackAppends, unpackInk } from '../../shared/ink.ts';
import { openPerPage } from '../../shared/limits.ts';
import type { Frame, Guess, Snapshot } from '../../shared/protocol.ts';
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

const data = temporaryFolder();
const clients: TestClient[] = [];
let settings: Record<string, string>;
let server: TestServer;

beforeAll(async () => {
  settings = { DATA_DIR: data.folder, PORT: String(await freePort()) };
  server = await startServer(settings);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  await server.stop('SIGKILL');
  data.remove();
});

async function enter(auth?: Record<string, unknown>) {
  const entered = await connect(server.url, auth);
  clients.push(entered.client);
  return entered;
}

/** Accumulates all frames of a client into the ink of each tile. */
function watch(client: TestClient) {
  const frames: Frame[] = [];
  const ink = new Map<number, number[][]>();
  client.on('frame', frame => {
    frames.push(frame);
    for (const { tile, stroke, differences } of unpackAppends(frame.ink ?? '')) {
      const strokes = ink.get(tile) ?? [];
      strokes[stroke] = growStroke(strokes[stroke] ?? [], differences);
      ink.set(tile, strokes);
    }
    for (const [tile, strokes] of frame.redrawn ?? []) ink.set(tile, strokes.map(unpackInk));
  });
  return { frames, ink };
}

const samplesOf = (room: string) => getSamples(server.url, `?room=${room}`);

test('[PR2] every digit drawn is read right in the end, by a prediction of the newest edit', async () => {
  const { client } = await enter({ room: 'digits' });
  const answers: number[] = [];
  for (let digit = 0; digit < 10; digit++) {
    const { guess } = await draw(client, inkOf(digit));
    expect(guess.probabilities).toHaveLength(10);
    expect(guess.probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 2);
    answers.push(topDigit(guess.probabilities));
  }
  // The ink is synthetic, so one of the ten digits may be a hard one.
  expect(answers.filter((answer, digit) => answer === digit).length).toBeGreaterThanOrEqual(9);
});

test('a second person receives the ink, the prediction, the label and the finish', async () => {
  const { client } = await enter({ room: 'wall', name: 'Ada' });
  const viewer = await enter({ room: 'wall', name: 'Bob' });
  const { frames, ink } = watch(viewer.client);
  const strokes = inkOf(4);
  const { drawing } = await draw(client, strokes);
  await client.emitWithAck('label', { drawing, digit: 4 });
  await client.emitWithAck('finish', { drawing });
  await expect.poll(() => frames.flatMap(frame => frame.finished ?? [])).toHaveLength(1);
  const [[tile, begun]] = frames.flatMap(frame => frame.begun ?? []);
  expect(begun).toBe(drawing);
  expect(ink.get(tile)).toEqual(strokes);
  expect(frames.flatMap(frame => frame.guesses ?? []).length).toBeGreaterThan(0);
  expect(frames.flatMap(frame => frame.labelled ?? [])).toEqual([[tile, 4]]);
});

test('[F8] a connection that comes late finds everything in welcome', async () => {
  const { client, welcome } = await enter({ room: 'late', name: 'Ada' });
  const strokes = inkOf(8);
  const { drawing } = await draw(client, strokes);
  const late = await enter({ room: 'late', name: 'Bob' });
  expect(late.welcome.people.map(person => person.name)).toEqual(['Ada', 'Bob']);
  const [tile] = late.welcome.snapshot.tiles;
  expect(tile).toMatchObject({ drawing, person: welcome.you });
  expect(tile.ink.map(stroke => unpackInk(stroke))).toEqual(strokes);
  expect(tile.guess).toHaveLength(10);
});

test('[P1] [P3] a wall with more drawings than a page holds is read page by page', async () => {
  const people = await Promise.all(
    Array.from({ length: openPerPage + 2 }, async () => ({
      ...(await enter({ room: 'hall' })),
      drawing: randomUUID(),
    })),
  );
  for (const { client, drawing } of people)
    await client.emitWithAck('redraw', { drawing, seq: 1, strokes: inkOf(1) });
  const wall = await enter({ room: 'hall' });
  expect(wall.welcome.snapshot).toMatchObject({ page: 0, pages: 2 });
  expect(wall.welcome.snapshot.tiles).toHaveLength(openPerPage);
  const second = new Promise<Snapshot>(resolve => wall.client.once('snapshot', resolve));
  expect(await wall.client.emitWithAck('look', { page: 1 })).toEqual({ ok: true });
  expect(await second).toMatchObject({ page: 1, pages: 2, tiles: [{}, {}] });
  const { ink } = watch(wall.client);
  for (const { client, drawing } of [people[0], people[people.length - 1]])
    await client.emitWithAck('redraw', { drawing, seq: 2, strokes: inkOf(3) });
  await expect.poll(() => [...ink.values()]).toEqual([inkOf(3)]);
});

test('[R10] a client that can only poll draws and sees as everybody does', async () => {
  const { client } = await enter({ room: 'poll' });
  const polling: TestClient = io(server.url, {
    auth: { protocol: 1, room: 'poll' },
    transports: ['polling'],
    forceNew: true,
  });
  const { ink } = watch(polling);
  await new Promise(resolve => polling.once('welcome', resolve));
  await draw(client, inkOf(4));
  await expect.poll(() => [...ink.values()]).toEqual([inkOf(4)]);
  expect((await draw(polling, inkOf(2))).guess.probabilities).toHaveLength(10);
  polling.close();
});

test('[F10] rooms do not see each other', async () => {
  const { client } = await enter({ room: 'here' });
  const other = await enter({ room: 'there' });
  const { ink } = watch(other.client);
  await draw(client, inkOf(1));
  await new Promise(resolve => setTimeout(resolve, 100));
  expect(ink.size).toBe(0);
});

test('[E2] ink that does not fit is answered by resend, and the whole drawing mends it', async () => {
  const { client } = await enter({ room: 'resend' });
  const viewer = await enter({ room: 'resend' });
  const { ink } = watch(viewer.client);
  const drawing = randomUUID();
  const strokes = inkOf(3);
  const resend = new Promise(resolve => client.once('resend', resolve));
  client.emit('draw', { drawing, seq: 1, stroke: 0, offset: 0, points: strokes[0].slice(0, 4) });
  client.emit('draw', { drawing, seq: 3, stroke: 0, offset: 9, points: [1, 1] });
  expect(await resend).toEqual({ drawing });
  expect(await client.emitWithAck('redraw', { drawing, seq: 4, strokes })).toEqual({ ok: true });
  await expect.poll(() => [...ink.values()]).toEqual([strokes]);
});

test('[R1] a session that reconnects is the same person with the same drawing', async () => {
  const first = await enter({ room: 'again', name: 'Ada' });
  const strokes = inkOf(5);
  const { drawing } = await draw(first.client, strokes.slice(0, 1));
  first.client.close();
  const second = await enter({ room: 'again', session: first.welcome.session });
  expect(second.welcome.you).toBe(first.welcome.you);
  expect(second.welcome.people).toEqual([{ person: first.welcome.you, name: 'Ada' }]);
  expect(await second.client.emitWithAck('redraw', { drawing, seq: 99, strokes })).toEqual({ ok: true });
  expect(await second.client.emitWithAck('label', { drawing, digit: 5 })).toMatchObject({ ok: true });
});

test('[L2] a label can be repeated and changed, and the drawing has one sample', async () => {
  const { client } = await enter({ room: 'minds' });
  const { drawing, guess } = await draw(client, inkOf(7));
  const shown: Guess[] = [];
  client.on('guess', next => shown.push(next));
  const first = await client.emitWithAck('label', { drawing, digit: 7 });
  const again = await client.emitWithAck('label', { drawing, digit: 7 });
  const changed = await client.emitWithAck('label', { drawing, digit: 1 });
  expect(again).toEqual(first);
  expect(changed).toEqual(first);
  const { samples } = await samplesOf('minds');
  expect(samples).toHaveLength(1);
  expect(samples[0]).toMatchObject({
    drawing,
    label: 1,
    model: guess.model,
    guess: topDigit(samples[0].probabilities ?? []),
  });
  // A labelled drawing is shown as it is stored.
  await expect.poll(() => shown.at(-1)?.probabilities).toEqual(samples[0].probabilities);
});

test('[PR11] predictions follow the lift of a pen by themselves, the last one of the whole drawing', async () => {
  const { client } = await enter({ room: 'rest' });
  const { frames } = watch((await enter({ room: 'rest' })).client);
  const { drawing, guess, guesses } = await draw(client, inkOf(5));
  client.on('guess', next => guesses.push(next));
  await expect.poll(() => guesses.length, { timeout: 20_000 }).toBeGreaterThan(1);
  expect(new Set(guesses.slice(1).map(({ seq }) => seq))).toEqual(new Set([guess.seq]));
  await client.emitWithAck('finish', { drawing });
  const { samples } = await samplesOf('rest');
  await expect.poll(() => guesses.at(-1)?.probabilities).toEqual(samples[0].probabilities);
  const packed = packDistribution(samples[0].probabilities ?? []);
  await expect.poll(() => frames.flatMap(frame => frame.guesses ?? []).at(-1)?.[1]).toBe(packed);
});

test('[L3] a drawing that is labelled early is stored as it was finished', async () => {
  const { client } = await enter({ room: 'early' });
  const strokes = inkOf(4);
  const { drawing } = await draw(client, strokes.slice(0, 1));
  await client.emitWithAck('label', { drawing, digit: 4 });
  await client.emitWithAck('redraw', { drawing, seq: 99, strokes });
  await client.emitWithAck('finish', { drawing });
  expect((await samplesOf('early')).samples).toMatchObject([{ drawing, label: 4, strokes }]);
});

test('[L2] of several labels the one sent last is stored, however fast they come', async () => {
  const { client } = await enter({ room: 'fast' });
  const { drawing } = await draw(client, inkOf(2));
  const acks = await Promise.all(
    [0, 1, 2, 3, 4].map(digit => client.emitWithAck('label', { drawing, digit })),
  );
  expect(acks.every(ack => ack.ok)).toBe(true);
  expect((await samplesOf('fast')).samples[0].label).toBe(4);
});

test('[L2] a finished drawing is stored with strokes and prediction, without a label too', async () => {
  const { client } = await enter({ room: 'log' });
  const strokes = inkOf(6);
  const { drawing } = await draw(client, strokes);
  expect(await client.emitWithAck('finish', { drawing })).toEqual({ ok: true });
  await expect.poll(async () => (await samplesOf('log')).samples).toHaveLength(1);
  const [sample] = (await samplesOf('log')).samples;
  expect(sample).toMatchObject({ drawing, label: null, strokes, room: 'log', mine: false });
  expect(sample.probabilities).toHaveLength(10);
});

test('[E12] a deleted drawing leaves the wall, and its sample does not come back', async () => {
  const { client, welcome } = await enter({ room: 'deleted' });
  const viewer = await enter({ room: 'deleted' });
  const { frames } = watch(viewer.client);
  const { drawing } = await draw(client, inkOf(3));
  const ack = await client.emitWithAck('label', { drawing, digit: 3 });
  const sample = ack.ok ? ack.value.sample : 0;
  const headers = { authorization: `Bearer ${welcome.session}` };
  const answer = await fetch(`${server.url}/api/samples/${sample}`, { method: 'DELETE', headers });
  expect(answer.status).toBe(200);
  await expect.poll(() => frames.flatMap(frame => frame.gone ?? [])).toHaveLength(1);
  await client.emitWithAck('redraw', { drawing, seq: 99, strokes: inkOf(4) });
  await client.emitWithAck('finish', { drawing });
  expect((await samplesOf('deleted')).samples).toEqual([]);
  expect((await enter({ room: 'deleted' })).welcome.snapshot.tiles).toEqual([]);
});

test('[R4] a label changed or taken off by HTTP is so on the wall', async () => {
  const { client, welcome } = await enter({ room: 'relabelled' });
  const viewer = await enter({ room: 'relabelled' });
  const { frames } = watch(viewer.client);
  const { drawing } = await draw(client, inkOf(3));
  const ack = await client.emitWithAck('label', { drawing, digit: 8 });
  const sample = ack.ok ? ack.value.sample : 0;
  const relabel = (digit: number | null) =>
    fetch(`${server.url}/api/samples/${sample}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${welcome.session}`, 'content-type': 'application/json' },
      body: JSON.stringify({ digit }),
    });
  const [tile] = (await enter({ room: 'relabelled' })).welcome.snapshot.tiles;
  expect((await relabel(3)).status).toBe(200);
  await expect.poll(() => frames.flatMap(frame => frame.labelled ?? [])).toContainEqual([tile!.tile, 3]);
  expect((await relabel(null)).status).toBe(200);
  await expect.poll(() => frames.flatMap(frame => frame.unlabelled ?? [])).toEqual([tile!.tile]);
  expect((await enter({ room: 'relabelled' })).welcome.snapshot.tiles[0]).not.toHaveProperty('label');
});

test('a name that is taken off is gone for everybody', async () => {
  const { client, welcome } = await enter({ room: 'nameless', name: 'Ada' });
  const viewer = await enter({ room: 'nameless', name: 'Bob' });
  const { frames } = watch(viewer.client);
  client.close();
  const { session, you } = welcome;
  const again = await enter({ room: 'nameless', session, name: '' });
  expect(again.welcome.people).toContainEqual({ person: you, name: '' });
  await expect
    .poll(() => frames.flatMap(frame => frame.came ?? []))
    .toContainEqual({ person: you, name: '' });
});

// The last tests end the server of this file and start it again.

test('[L1] an acked label and an acked finish survive a server that is killed right after', async () => {
  const { client, welcome } = await enter({ room: 'killed' });
  const strokes = inkOf(9);
  const { drawing } = await draw(client, strokes);
  const unlabelled = await draw(client, inkOf(1));
  const [ack, finished] = await Promise.all([
    client.emitWithAck('label', { drawing, digit: 9 }),
    client.emitWithAck('finish', { drawing: unlabelled.drawing }),
  ]);
  await server.stop('SIGKILL');
  client.close();
  expect([ack, finished]).toMatchObject([{ ok: true }, { ok: true }]);

  server = await startServer(settings);
  expect((await samplesOf('killed')).samples).toMatchObject([
    { drawing: unlabelled.drawing, label: null, strokes: inkOf(1) },
    { drawing, label: 9, strokes },
  ]);
  // The author may still change the label although the server no longer holds the drawing.
  const again = await enter({ room: 'killed', session: welcome.session });
  expect(await again.client.emitWithAck('label', { drawing, digit: 4 })).toEqual(ack);
});

test('[R11] a server that is asked to stop stores what waits, ends in time and leaves no process behind', async () => {
  const { client } = await enter({ room: 'stopped' });
  const { drawing } = await draw(client, inkOf(0));
  await client.emitWithAck('finish', { drawing });
  const strokes = inkOf(4);
  const early = await draw(client, strokes.slice(0, 1));
  await client.emitWithAck('label', { drawing: early.drawing, digit: 4 });
  await client.emitWithAck('redraw', { drawing: early.drawing, seq: 99, strokes });
  expect(await server.stop('SIGTERM')).toBe(0);
  client.close();
  server = await startServer(settings);
  const { samples } = await samplesOf('stopped');
  expect(samples.map(sample => sample.drawing)).toEqual([early.drawing, drawing]);
  // The labelled row has all ink drawn until the server stopped.
  expect(samples[0]).toMatchObject({ label: 4, strokes });
});
