import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelList, TrainingState } from '../../shared/http-api.ts';
import { decodePack } from '../../shared/training-pack.ts';
import type { Training } from '../../shared/training-protocol.ts';
import { decodeWeights, encodeWeights } from '../../shared/weights.ts';
import { startTestEngine } from '../../training/engine/testing/engine.ts';
import { tuneOnPack } from '../../training/learn/tune-on-pack.ts';
import { between } from '../../training/model/weight-update.ts';
import {
  connect,
  draw,
  inkOf,
  startServer,
  type TestClient,
  type TestServer,
  temporaryFolder,
} from '../testing/server.ts';

/** A browser's weights go through the same gate; this process stands in for the browser. */

const data = temporaryFolder();
let server: TestServer;
let client: TestClient;

beforeAll(async () => {
  server = await startServer({ DATA_DIR: data.folder });
  ({ client } = await connect(server.url));
  await startTestEngine();
});
afterAll(async () => {
  client.close();
  await server.stop('SIGKILL');
  data.remove();
});

async function get<Value>(path: string): Promise<Value> {
  return JSON.parse(await (await fetch(server.url + path)).text());
}
const bytesOf = async (path: string) => new Uint8Array(await (await fetch(server.url + path)).arrayBuffer());

async function upload(bytes: Uint8Array, headers: Record<string, string>) {
  const response = await fetch(`${server.url}/api/models`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', ...headers },
    body: new Uint8Array(bytes),
  });
  return { status: response.status, answer: JSON.parse(await response.text()) };
}

async function join(device: string): Promise<{ job: string; base: string }> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ where: 'browser', device });
  const answer = JSON.parse(
    await (await fetch(`${server.url}/api/training`, { method: 'POST', headers, body })).text(),
  );
  expect(answer).toMatchObject({ ok: true });
  return answer.value;
}

/** A shape no model has seen, which somebody calls a 4. */
const box = (variant: number) => [
  [250, 250, 720, 240, 730, 620, 260, 640, 250, 250, 250, 930].map((value, index) =>
    Math.round(value + 14 * Math.sin(variant * 7.3 + index * 2.1)),
  ),
];

async function label(strokes: number[][], digit: number) {
  const { drawing } = await draw(client, strokes, { points: 50 });
  expect(await client.emitWithAck('label', { drawing, digit })).toMatchObject({ ok: true });
  await client.emitWithAck('finish', { drawing });
}

/** The trainer of a page, in short. */
async function train(weights: Uint8Array, pack: Uint8Array): Promise<Uint8Array> {
  const tuning = tuneOnPack({ weights, pack, seed: 1 });
  for (;;) {
    const state = await tuning.next();
    if (state.done) return state.value;
    // A step is all computation: let the socket answer its pings.
    await new Promise(resolve => setImmediate(resolve));
  }
}

test('[FR1] [FR2] two browsers make one version, everybody sees who takes part, and an old base is outdated', async () => {
  // With four labels, the server would prepare a lesson of its own.
  for (let variant = 0; variant < 2; variant++) await label(box(variant), 4);
  const seen: Training[] = [];
  client.on('training', training => seen.push(training));

  const base = (await get<ModelList>('/api/models')).champion;
  const weights = await bytesOf(`/api/models/${base}/weights`);
  const packed = await bytesOf('/api/training/pack');
  const pack = decodePack(packed);
  expect(pack).toMatchObject({ base, samples: { length: 2 }, replay: { labels: { length: 2_500 } } });
  expect(pack.samples.map(({ author }) => author)).toEqual(pack.samples.map(() => 0));
  // Trained before they join: in this process, they would be taken for browsers that fell silent.
  const one = await train(weights, packed);
  const two = encodeWeights(between(decodeWeights(weights), { to: decodeWeights(one), share: 0.9 }));

  const first = await join('WebGPU · one');
  const second = await join('WASM · two');
  expect([first.base, second.base]).toEqual([base, base]);
  const { browsers } = await get<TrainingState>('/api/training');
  expect(browsers.map(({ device }) => device)).toEqual(['WebGPU · one', 'WASM · two']);
  const as = (job: string) => ({ 'x-base-version': first.base, 'x-job': job });
  const answers = await Promise.all([upload(one, as(first.job)), upload(two, as(second.job))]);
  for (const { answer } of answers) expect(answer).toMatchObject({ ok: true, value: { participants: 2 } });
  const { champion, models } = await get<ModelList>('/api/models');
  expect(champion).toBe(answers[0].answer.value.version);
  expect(models[0]).toMatchObject({ version: champion, source: 'browser', card: { participants: 2 } });
  expect((await get<TrainingState>('/api/training')).untrained).toBe(0);
  const { guess } = await draw(client, box(30), { points: 50 });
  expect(guess.model).toBe(champion);
  expect(guess.probabilities.indexOf(Math.max(...guess.probabilities))).toBe(4);
  const phases = new Set(seen.filter(({ job }) => job === first.job).map(({ phase }) => phase));
  expect([...phases]).toEqual(['training', 'judging', 'promoted']);

  // One whose answer was lost may ask again; anybody else comes too late.
  expect((await upload(one, as(first.job))).answer).toEqual(answers[0].answer);
  const late = await upload(one, { 'x-base-version': first.base });
  expect(late).toMatchObject({ status: 409, answer: { reason: 'outdated' } });
}, 600_000);

test('[FR6] hostile bytes are refused by name before any evaluation, and drawing goes on', async () => {
  const { champion } = await get<ModelList>('/api/models');
  const weights = await bytesOf(`/api/models/${champion}/weights`);
  await label(box(40), 4);
  const spoiled = (spoil: (copy: Uint8Array, view: DataView) => void) => {
    const copy = Uint8Array.from(weights);
    spoil(copy, new DataView(copy.buffer));
    return copy;
  };
  const of = { 'x-base-version': champion };
  const nan = spoiled((copy, view) => view.setFloat32(copy.length - 400, Number.NaN, true));
  const magic = spoiled(copy => copy.fill(0, 0, 4));
  const random = encodeWeights(
    Object.fromEntries(
      Object.entries(decodeWeights(weights)).map(([name, { shape, data }]) => [
        name,
        {
          shape,
          data: data.map((value, index) =>
            name.startsWith('variance') ? value : Math.sin(index * 12.9898) * 2,
          ),
        },
      ]),
    ),
  );
  expect(await upload(nan, of)).toMatchObject({ status: 400, answer: { reason: 'invalid' } });
  expect(await upload(magic, of)).toMatchObject({ status: 400, answer: { reason: 'invalid' } });
  expect(await upload(weights.subarray(1), of)).toMatchObject({ status: 400 });
  expect(await upload(new Uint8Array(weights.length + 1), of)).toMatchObject({ status: 413 });
  expect((await upload(random, of)).answer.ok).toBe(false);
  expect(await upload(weights, { 'x-base-version': 'base-0' })).toMatchObject({
    status: 409,
    answer: { reason: 'outdated' },
  });
  expect(await upload(weights, {})).toMatchObject({ status: 400 });

  const crowd = await Promise.all(Array.from({ length: 100 }, () => upload(nan, of)));
  expect(crowd.filter(({ answer }) => answer.ok)).toEqual([]);
  expect(crowd.filter(({ status }) => status === 429).length).toBeGreaterThan(20);
  expect((await draw(client, inkOf(0))).guess.probabilities).toHaveLength(10);
  expect((await get<ModelList>('/api/models')).champion).toBe(champion);
}, 600_000);
