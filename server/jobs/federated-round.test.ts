import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Contribution } from '../../shared/http-api.ts';
import type { Ack, Training } from '../../shared/protocol.ts';
import { MnistUnavailable } from '../../training/dataset/mnist.ts';
import { createSchedule } from '../testing/schedule.ts';
import { createRounds, type RoundsParts } from './federated-round.ts';
import type { RoundToEvaluate } from './round-evaluation.ts';

const promoted: Ack<Contribution> = {
  ok: true,
  value: { version: 'v2', participants: 1, message: 'It learned.' },
};

function setUp(change: Partial<RoundsParts> = {}) {
  const schedule = createSchedule();
  const closings: { closing: RoundToEvaluate; answer(ack: Ack<Contribution>): void }[] = [];
  const told: Training[] = [];
  const model = { version: 'v1', card: { version: 'v1' } };
  const rounds = createRounds({
    store: { readOpenSamples: async () => ({ samples: [lesson], replayed: [], heldOut: 0 }) },
    base: { weights },
    models: { load: async version => ({ version, card, weights }) },
    registry: { model: () => model },
    pack: async () => ({ etag: '"x"', bytes: Buffer.alloc(1) }),
    judge: { check: async () => null },
    conclude: closing => new Promise(answer => closings.push({ closing, answer })),
    news: { announce: training => void told.push(training) },
    log: pino({ level: 'silent' }),
    now: schedule.nowMs,
    after: schedule.after,
    ...change,
  });
  rounds.start();
  return { rounds, schedule, closings, told, model };
}

const weights = new Uint8Array(8);
const card = { version: 'v1' };
const lesson = {
  id: 1,
  drawing: 'd',
  author: 'somebody',
  strokes: [[0, 0, 9, 9]],
  raster: new Uint8Array(784),
  digit: 4,
  guess: null,
};

const by = (owner: string, address = '192.0.2.1') => ({ owner, address, admin: false });

/** Each device in a session of its own. */
async function joined({ rounds }: ReturnType<typeof setUp>, device: string): Promise<string> {
  const answer = await rounds.join(device, by(device));
  if (!answer.ok) throw new Error(answer.message);
  return answer.value.job;
}

test('[FR2] a round is evaluated when all have uploaded, and everybody gets its verdict', async () => {
  const at = setUp();
  const [one, two] = [await joined(at, 'one'), await joined(at, 'two')];
  const first = at.rounds.upload({ base: 'v1', job: one, bytes: Uint8Array.of(1), from: by('one') });
  await settle();
  expect(at.closings).toHaveLength(0);
  const second = at.rounds.upload({ base: 'v1', job: two, bytes: Uint8Array.of(2), from: by('two') });
  await settle();
  expect(at.closings[0]!.closing.uploads.map(({ device }) => device)).toEqual(['one', 'two']);
  at.closings[0]!.answer(promoted);
  expect([await first, await second]).toEqual([promoted, promoted]);
});

test('a server without the MNIST files refuses a browser in a sentence without a path', async () => {
  const { rounds } = setUp({
    pack: () => Promise.reject(new MnistUnavailable(new Error('no such file: /opt/a-file'))),
  });
  const refused = { ok: false, reason: 'unavailable', message: expect.not.stringContaining('/') };
  expect(await rounds.join('one', by('one'))).toMatchObject(refused);
  expect(await rounds.pack()).toMatchObject(refused);
});

test('a pack that cannot be made is refused in a sentence, and made anew when it is asked for again', async () => {
  let packs = 0;
  const { rounds } = setUp({
    async pack() {
      if (++packs < 3) throw new Error('The packing process ended (SIGKILL).');
      return { etag: '"1"', bytes: Buffer.alloc(1) };
    },
  });
  for (let i = 0; i < 2; i++)
    expect(await rounds.pack()).toMatchObject({
      reason: 'unavailable',
      message: expect.not.stringContaining('SIG'),
    });
  expect(await rounds.pack()).toMatchObject({ etag: '"1"' });
});

test('a pack for nobody in a round is made at most every ten seconds, and anew for a browser that joins', async () => {
  let packs = 0;
  const at = setUp({ pack: async () => ({ etag: `"${++packs}"`, bytes: Buffer.alloc(1) }) });
  for (let second = 0; second < 9; second++) {
    expect(await at.rounds.pack()).toMatchObject({ etag: '"1"' });
    await at.schedule.advance(1_000);
  }
  await joined(at, 'one');
  expect(await at.rounds.pack()).toMatchObject({ etag: '"2"' });
  await at.schedule.advance(60_000);
  await at.rounds.pack();
  expect(packs).toBe(3);
});

test('[FR3] a late participant is not waited for, a silent one is removed', async () => {
  const at = setUp();
  const one = await joined(at, 'one');
  await joined(at, 'late');
  void at.rounds.upload({ base: 'v1', job: one, bytes: Uint8Array.of(1), from: by('one') });
  await settle();
  await at.schedule.advance(14_000);
  expect(at.closings).toHaveLength(0);
  await at.schedule.advance(2_000);
  expect(at.closings[0]!.closing.uploads).toHaveLength(1);

  const silent = setUp();
  await joined(silent, 'one');
  await silent.schedule.advance(31_000);
  expect(silent.told.at(-1)).toMatchObject({ phase: 'cancelled', message: 'This browser fell silent.' });
});

test('[FR4] an upload that is sent again gets the same verdict, before it and after', async () => {
  const at = setUp();
  const job = await joined(at, 'one');
  const upload = { base: 'v1', job, bytes: Uint8Array.of(1), from: by('one') };
  const sent = at.rounds.upload(upload);
  await settle();
  const again = at.rounds.upload(upload);
  await settle();
  expect(at.closings).toHaveLength(1);
  at.model.version = 'v2';
  at.closings[0]!.answer(promoted);
  expect([await sent, await again, await at.rounds.upload(upload)]).toEqual([promoted, promoted, promoted]);
  expect(await at.rounds.upload({ ...upload, bytes: Uint8Array.of(2) })).toMatchObject({
    reason: 'outdated',
  });
});

test('[FR4] the same bytes of another browser are refused', async () => {
  const at = setUp();
  const [one, two] = [await joined(at, 'one'), await joined(at, 'two')];
  void at.rounds.upload({ base: 'v1', job: one, bytes: Uint8Array.of(1), from: by('one') });
  await settle();
  const copied = await at.rounds.upload({ base: 'v1', job: two, bytes: Uint8Array.of(1), from: by('two') });
  expect(copied).toMatchObject({ reason: 'invalid', message: 'These weights were uploaded already.' });
});

test('a participant that took another device is shown with that one', async () => {
  const at = setUp();
  const job = await joined(at, 'WebGPU · card');
  await at.schedule.advance(1_000);
  at.rounds.progress(
    { job, from: by('WebGPU · card') },
    { step: 3, steps: 100, loss: 1, accuracy: 0.5, device: 'WebAssembly' },
  );
  expect(at.rounds.browsers()).toMatchObject([{ job, step: 3, device: 'WebAssembly' }]);
});

test('[FR3] progress of a participant is broadcast twice a second, and the last of it in the end', async () => {
  const at = setUp();
  const job = await joined(at, 'one');
  const before = at.told.length;
  for (let step = 1; step <= 1_500; step++) {
    await at.schedule.advance(1);
    at.rounds.progress({ job, from: by('one') }, { step, steps: 1_500, loss: 1, accuracy: 0.5 });
  }
  expect(at.told.length - before).toBeLessThanOrEqual(3);
  await at.schedule.advance(500);
  expect(at.told.at(-1)).toMatchObject({ job, step: 1_500 });
  expect(at.rounds.browsers()).toMatchObject([{ job, step: 1_500 }]);
});

test('[FR5] a place belongs to its session: who knows the job alone can neither report, end nor upload', async () => {
  const at = setUp();
  const job = await joined(at, 'one');
  const stranger = by('stranger');
  const standing = { step: 9, steps: 9, loss: 0, accuracy: 1 };
  expect(at.rounds.progress({ job, from: stranger }, standing)).toMatchObject({ reason: 'not_yours' });
  expect(at.rounds.leave({ job, from: stranger })).toMatchObject({ reason: 'not_yours' });
  const bytes = Uint8Array.of(9);
  const upload = { base: 'v1', job, bytes, from: stranger };
  expect(await at.rounds.upload(upload)).toMatchObject({ reason: 'not_yours' });
  expect(at.rounds.browsers()).toMatchObject([{ job, phase: 'training', step: 0 }]);
  const own = at.rounds.upload({ base: 'v1', job, bytes: Uint8Array.of(1), from: by('one') });
  await settle();
  at.closings[0]!.answer(promoted);
  expect(await own).toEqual(promoted);
  // An admin may end anybody's.
  const next = await joined(at, 'two');
  expect(at.rounds.leave({ job: next, from: { ...stranger, admin: true } })).toEqual({ ok: true });
});

test('[FR5] one stranger cannot take every place of a round', async () => {
  const at = setUp();
  const stranger = (i: number) => by(`stranger ${i % 20}`, '203.0.113.9');
  for (let i = 0; i < 200; i++) await at.rounds.join('noise', stranger(i));
  expect(at.rounds.browsers()).toHaveLength(50);
  for (let i = 0; i < 20; i++)
    expect(await at.rounds.join(`honest ${i}`, by(`class ${i}`))).toMatchObject({ ok: true });
  const devices = at.rounds.browsers().map(({ device }) => device);
  expect(devices.filter(device => device?.startsWith('honest'))).toHaveLength(20);
  // A session has three seats at most: a new one takes the place of its own.
  const own = setUp();
  for (let i = 0; i < 10; i++) await own.rounds.join(`tab ${i}`, by('one'));
  expect(own.rounds.browsers()).toHaveLength(3);
});

test('[R11] a stop answers an upload that waits for its round, and nobody joins any more', async () => {
  const at = setUp();
  const [one] = [await joined(at, 'one'), await joined(at, 'two')];
  const waiting = at.rounds.upload({ base: 'v1', job: one, bytes: Uint8Array.of(1), from: by('one') });
  await settle();
  await at.rounds.stop();
  expect(await waiting).toMatchObject({
    reason: 'unavailable',
    message: expect.stringContaining('stopping'),
  });
  expect(await at.rounds.join('late', by('late'))).toMatchObject({ reason: 'unavailable' });
  expect(at.schedule.armed()).toBe(0);
});

const settle = () => new Promise(resolve => setImmediate(resolve));
