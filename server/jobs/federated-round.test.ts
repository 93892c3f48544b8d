import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { Ack } from '../../shared/ack.ts';
import type { Contribution } from '../../shared/http-api.ts';
import type { Training } from '../../shared/training-protocol.ts';
import { MnistUnavailable } from '../../training/dataset/mnist.ts';
import { createSchedule } from '../testing/schedule.ts';
import { type AllRoundsParts, createRounds } from './federated-round.ts';
import type { RoundToEvaluate } from './round-evaluation.ts';

const promoted: Ack<Contribution> = {
  ok: true,
  value: { version: 'v2', participants: 1, message: 'It learned.' },
};

function setUp(change: Partial<AllRoundsParts> = {}) {
  const schedule = createSchedule();
  const closings: { closing: RoundToEvaluate; answer(ack: Ack<Contribution>): void }[] = [];
  const announced: Training[] = [];
  const announcedIn: string[] = [];
  const model = { version: 'v1', card: { version: 'v1' } };
  /** Champions of rooms that have their own. */
  const own: Record<string, typeof model> = {};
  const used: string[] = [];
  const rounds = createRounds({
    store: { readOpenSamples: async () => ({ samples: [sample], replayed: [], heldOut: 0, setAside: 0 }) },
    base: { weights },
    models: { load: async version => ({ version, card, weights }) },
    registry: { model: name => own[name] ?? model, use: async name => void used.push(name) },
    screen: async () => {},
    pack: async () => ({ etag: '"x"', bytes: Buffer.alloc(1) }),
    evaluator: { check: async () => null },
    conclude: closing => new Promise(answer => closings.push({ closing, answer })),
    news: {
      announce(name, training) {
        announcedIn.push(name);
        announced.push(training);
      },
    },
    log: pino({ level: 'silent' }),
    now: schedule.nowMs,
    after: schedule.after,
    ...change,
  });
  rounds.start();
  return { rounds, schedule, closings, announced, announcedIn, model, own, used };
}

const room = 'lobby';
const weights = new Uint8Array(8);
const card = { version: 'v1' };
const sample = {
  id: 1,
  drawing: 'd',
  author: 'somebody',
  strokes: [[0, 0, 9, 9]],
  raster: new Uint8Array(784),
  digit: 4,
  guess: null,
  accepted: false,
};

const by = (owner: string, address = '192.0.2.1') => ({ owner, address, admin: false });

/** Each device in a session of its own. */
async function joined({ rounds }: ReturnType<typeof setUp>, device: string, wanted = room): Promise<string> {
  const answer = await rounds.join({ room: wanted, device, from: by(device) });
  if (!answer.ok) throw new Error(answer.message);
  return answer.value.job;
}

test('[FR2] a round is evaluated when all have uploaded, and everybody gets its verdict', async () => {
  const at = setUp();
  const [one, two] = [await joined(at, 'one'), await joined(at, 'two')];
  const first = at.rounds.upload({ room, base: 'v1', job: one, bytes: Uint8Array.of(1), from: by('one') });
  await finishWork();
  expect(at.closings).toHaveLength(0);
  const second = at.rounds.upload({ room, base: 'v1', job: two, bytes: Uint8Array.of(2), from: by('two') });
  await finishWork();
  expect(at.closings[0]!.closing.uploads.map(({ device }) => device)).toEqual(['one', 'two']);
  at.closings[0]!.answer(promoted);
  expect([await first, await second]).toEqual([promoted, promoted]);
});

test('[G11] what a host lets the room pay on MNIST counts for the whole round', async () => {
  const at = setUp();
  const host = await at.rounds.join({ room: '4b', device: 'one', from: by('one'), price: 0.05 });
  const guest = await joined(at, 'two', '4b');
  if (!host.ok) throw new Error(host.message);
  for (const [i, job] of [host.value.job, guest].entries())
    void at.rounds.upload({
      room: '4b',
      base: 'v1',
      job,
      bytes: Uint8Array.of(i),
      from: by(['one', 'two'][i]!),
    });
  await finishWork();
  expect(at.closings[0]!.closing.price).toBe(0.05);
});

test('[J12] browsers of a round report how much they learn, and what became of each digit', async () => {
  const at = setUp();
  const one = await joined(at, 'one');
  const digits = [{ digit: 4, count: 1, before: 0, after: 1 }];
  const sent = at.rounds.upload({ room, base: 'v1', job: one, bytes: Uint8Array.of(1), from: by('one') });
  await finishWork();
  expect(at.announced.map(({ taught }) => taught)).toEqual(Array(2).fill({ drawings: 1, people: 1 }));
  at.closings[0]!.answer({
    ok: true,
    value: { version: 'v2', participants: 1, message: 'It learned.', digits },
  });
  await sent;
  expect(at.announced.at(-1)).toMatchObject({ phase: 'promoted', digits });
});

test('a server without the MNIST files refuses a browser in a sentence without a path', async () => {
  const { rounds } = setUp({
    pack: () => Promise.reject(new MnistUnavailable(new Error('no such file: /opt/a-file'))),
  });
  const refused = { ok: false, reason: 'unavailable', message: expect.not.stringContaining('/') };
  expect(await rounds.join({ room, device: 'one', from: by('one') })).toMatchObject(refused);
  expect(await rounds.pack(room)).toMatchObject(refused);
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
    expect(await rounds.pack('lobby')).toMatchObject({
      reason: 'unavailable',
      message: expect.not.stringContaining('SIG'),
    });
  expect(await rounds.pack('lobby')).toMatchObject({ etag: '"1"' });
});

test('a pack for nobody in a round is made at most every ten seconds, and anew for a browser that joins', async () => {
  let packs = 0;
  const at = setUp({ pack: async () => ({ etag: `"${++packs}"`, bytes: Buffer.alloc(1) }) });
  for (let second = 0; second < 9; second++) {
    expect(await at.rounds.pack(room)).toMatchObject({ etag: '"1"' });
    await at.schedule.advance(1_000);
  }
  await joined(at, 'one');
  expect(await at.rounds.pack(room)).toMatchObject({ etag: '"2"' });
  await at.schedule.advance(60_000);
  await at.rounds.pack(room);
  expect(packs).toBe(3);
});

test('[FR3] a late participant is not waited for, a silent one is removed', async () => {
  const at = setUp();
  const one = await joined(at, 'one');
  await joined(at, 'late');
  void at.rounds.upload({ room, base: 'v1', job: one, bytes: Uint8Array.of(1), from: by('one') });
  await finishWork();
  await at.schedule.advance(14_000);
  expect(at.closings).toHaveLength(0);
  await at.schedule.advance(2_000);
  expect(at.closings[0]!.closing.uploads).toHaveLength(1);

  const silent = setUp();
  await joined(silent, 'one');
  await silent.schedule.advance(31_000);
  expect(silent.announced.at(-1)).toMatchObject({ phase: 'cancelled', message: 'This browser fell silent.' });
});

test('[FR4] an upload that is sent again gets the same verdict, before it and after', async () => {
  const at = setUp();
  const job = await joined(at, 'one');
  const upload = { room, base: 'v1', job, bytes: Uint8Array.of(1), from: by('one') };
  const sent = at.rounds.upload(upload);
  await finishWork();
  const again = at.rounds.upload(upload);
  await finishWork();
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
  void at.rounds.upload({ room, base: 'v1', job: one, bytes: Uint8Array.of(1), from: by('one') });
  await finishWork();
  const copied = await at.rounds.upload({
    room,
    base: 'v1',
    job: two,
    bytes: Uint8Array.of(1),
    from: by('two'),
  });
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
  expect(at.rounds.browsers(room)).toMatchObject([{ job, step: 3, device: 'WebAssembly' }]);
});

test('[FR3] progress of a participant is broadcast twice a second, and the last of it in the end', async () => {
  const at = setUp();
  const job = await joined(at, 'one');
  const before = at.announced.length;
  for (let step = 1; step <= 1_500; step++) {
    await at.schedule.advance(1);
    at.rounds.progress({ job, from: by('one') }, { step, steps: 1_500, loss: 1, accuracy: 0.5 });
  }
  expect(at.announced.length - before).toBeLessThanOrEqual(3);
  await at.schedule.advance(500);
  expect(at.announced.at(-1)).toMatchObject({ job, step: 1_500 });
  expect(at.rounds.browsers(room)).toMatchObject([{ job, step: 1_500 }]);
});

test('[FR5] a place belongs to its session: who knows the job alone can neither report, end nor upload', async () => {
  const at = setUp();
  const job = await joined(at, 'one');
  const stranger = by('stranger');
  const standing = { step: 9, steps: 9, loss: 0, accuracy: 1 };
  expect(at.rounds.progress({ job, from: stranger }, standing)).toMatchObject({ reason: 'not_yours' });
  expect(at.rounds.leave({ job, from: stranger })).toMatchObject({ reason: 'not_yours' });
  const bytes = Uint8Array.of(9);
  const upload = { room, base: 'v1', job, bytes, from: stranger };
  expect(await at.rounds.upload(upload)).toMatchObject({ reason: 'not_yours' });
  expect(at.rounds.browsers(room)).toMatchObject([{ job, phase: 'training', step: 0 }]);
  const own = at.rounds.upload({ room, base: 'v1', job, bytes: Uint8Array.of(1), from: by('one') });
  await finishWork();
  at.closings[0]!.answer(promoted);
  expect(await own).toEqual(promoted);
  // An admin may end anybody's.
  const next = await joined(at, 'two');
  expect(at.rounds.leave({ job: next, from: { ...stranger, admin: true } })).toEqual({ ok: true });
});

test('[FR5] one stranger cannot take every place of a round', async () => {
  const at = setUp();
  const stranger = (i: number) => by(`stranger ${i % 20}`, '203.0.113.9');
  for (let i = 0; i < 200; i++) await at.rounds.join({ room, device: 'noise', from: stranger(i) });
  expect(at.rounds.browsers(room)).toHaveLength(50);
  for (let i = 0; i < 20; i++)
    expect(await at.rounds.join({ room, device: `benign ${i}`, from: by(`class ${i}`) })).toMatchObject({
      ok: true,
    });
  const devices = at.rounds.browsers(room).map(({ device }) => device);
  expect(devices.filter(device => device?.startsWith('benign'))).toHaveLength(20);
  // A session has three seats at most: a new one takes the place of its own.
  const own = setUp();
  for (let i = 0; i < 10; i++) await own.rounds.join({ room, device: `tab ${i}`, from: by('one') });
  expect(own.rounds.browsers(room)).toHaveLength(3);
});

describe('rounds of two rooms', () => {
  /** Both rooms have a round with one participant; `5c` has a champion of its own. */
  async function twoRooms() {
    const packed: string[] = [];
    const at = setUp({
      store: {
        readOpenSamples: async ({ room: name }) => ({ samples: [{ ...sample, author: name }], replayed: [] }),
      },
      pack: async (base, { samples }) => {
        packed.push(`${base} with the labels of ${samples.map(({ author }) => author).join()}`);
        return { etag: `"${base}"`, bytes: Buffer.alloc(1) };
      },
    });
    at.own['5c'] = { version: 'c', card: { version: 'c' } };
    const [one, two] = [await joined(at, 'one', '4b'), await joined(at, 'two', '5c')];
    return { ...at, packed, one, two };
  }
  const bytes = Uint8Array.of(1);

  test('[FR10] have places, packs, progress and bases of their own', async () => {
    const { rounds, packed, one, two, used, announcedIn } = await twoRooms();
    expect(packed).toEqual(['v1 with the labels of 4b', 'c with the labels of 5c']);
    expect(await rounds.pack('4b')).toMatchObject({ etag: '"v1"' });
    expect(await rounds.pack('5c')).toMatchObject({ etag: '"c"' });
    expect(['4b', '5c', room].map(name => rounds.browsers(name).map(({ job }) => job))).toEqual([
      [one],
      [two],
      [],
    ]);
    expect(announcedIn).toEqual(['4b', '5c']);
    // The version of a room is known before its round opens.
    expect(used.slice(0, 2)).toEqual(['4b', '5c']);
    const at = { step: 3, steps: 9, loss: 1, accuracy: 0.5 };
    expect(rounds.progress({ job: two, from: by('two') }, at)).toEqual({ ok: true });
    expect(rounds.browsers('5c')).toMatchObject([{ step: 3 }]);
    expect(rounds.browsers('4b')).toMatchObject([{ step: 0 }]);
    expect(rounds.leave({ job: one, from: by('one') })).toEqual({ ok: true });
    expect(rounds.browsers('5c')).toHaveLength(1);
  });

  test('[FR10] are evaluated apart, and neither verdict answers the other room', async () => {
    const { rounds, closings, one, two } = await twoRooms();
    const first = rounds.upload({ room: '4b', base: 'v1', job: one, bytes, from: by('one') });
    await finishWork();
    expect(closings[0]!.closing).toMatchObject({ room: '4b', base: 'v1', uploads: [{ device: 'one' }] });
    expect(closings).toHaveLength(1);
    // The same bytes are not the same upload in another room.
    const second = rounds.upload({ room: '5c', base: 'c', job: two, bytes, from: by('two') });
    await finishWork();
    expect(closings[1]!.closing).toMatchObject({ room: '5c', base: 'c', uploads: [{ device: 'two' }] });
    const refused: Ack<Contribution> = { ok: false, reason: 'refused', message: 'MNIST fell.' };
    closings[1]!.answer(refused);
    expect(await second).toEqual(refused);
    expect(rounds.browsers('4b')).toMatchObject([{ phase: 'judging' }]);
    closings[0]!.answer(promoted);
    expect(await first).toEqual(promoted);
  });

  test('[FR10] take an upload for the room of its job, and refuse the base of another room', async () => {
    const { rounds, closings, one } = await twoRooms();
    // An older page names no room: the lobby is meant unless the job is of another room.
    const sent = rounds.upload({ room, base: 'v1', job: one, bytes, from: by('one') });
    await finishWork();
    expect(closings[0]!.closing.room).toBe('4b');
    closings[0]!.answer(promoted);
    await sent;
    const other = await rounds.upload({ room: '5c', base: 'v1', job: undefined, bytes, from: by('program') });
    expect(other).toMatchObject({ reason: 'outdated' });
    // A program without a place gets one in the round of the room it names.
    void rounds.upload({ room: '4b', base: 'v1', bytes: Uint8Array.of(7), from: by('program') });
    await finishWork();
    expect(closings[1]!.closing).toMatchObject({ room: '4b', uploads: [{ device: 'a program' }] });
  });

  test('[FR5] a place is refused to another room’s participant', async () => {
    const { rounds, one } = await twoRooms();
    const at = { step: 3, steps: 9, loss: 1, accuracy: 0.5 };
    const from = by('two');
    expect(rounds.progress({ job: one, from }, at)).toMatchObject({ reason: 'not_yours' });
    expect(rounds.leave({ job: one, from })).toMatchObject({ reason: 'not_yours' });
    expect(await rounds.upload({ room: '5c', base: 'v1', job: one, bytes, from })).toMatchObject({
      reason: 'not_yours',
    });
  });

  test('[FR10] stay while a thousand other rooms come and go', async () => {
    const at = await twoRooms();
    for (let i = 0; i < 1_000; i++) await at.rounds.pack(`room-${i}`);
    expect(at.rounds.browsers('4b')).toMatchObject([{ job: at.one }]);
    const sent = at.rounds.upload({ room: '4b', base: 'v1', job: at.one, bytes, from: by('one') });
    await finishWork();
    at.closings[0]!.answer(promoted);
    expect(await sent).toEqual(promoted);
  });
});

test('[FR10] a browser that waits for a pack keeps its place while many other rooms ask for theirs', async () => {
  const making = Promise.withResolvers<void>();
  const at = setUp({
    pack: async () => {
      await making.promise;
      return { etag: '"x"', bytes: Buffer.alloc(1) };
    },
  });
  const joining = joined(at, 'one', '4b');
  await finishWork();
  const others = Array.from({ length: 300 }, (_, i) => at.rounds.pack(`room-${i}`));
  await finishWork();
  making.resolve();
  const job = await joining;
  await Promise.all(others);
  expect(at.rounds.browsers('4b')).toMatchObject([{ job }]);
  expect(at.rounds.leave({ job, from: by('one') })).toEqual({ ok: true });
});

test('[R11] a stop answers an upload that waits for its round, and nobody joins any more', async () => {
  const at = setUp();
  const [one] = [await joined(at, 'one'), await joined(at, 'two')];
  const waiting = at.rounds.upload({ room, base: 'v1', job: one, bytes: Uint8Array.of(1), from: by('one') });
  await finishWork();
  await at.rounds.stop();
  expect(await waiting).toMatchObject({
    reason: 'unavailable',
    message: expect.stringContaining('stopping'),
  });
  expect(await at.rounds.join({ room, device: 'late', from: by('late') })).toMatchObject({
    reason: 'unavailable',
  });
  expect(at.schedule.armed()).toBe(0);
});

const finishWork = () => new Promise(resolve => setImmediate(resolve));
