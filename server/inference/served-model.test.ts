import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { tooLate } from '../../db/connection/database-errors.ts';
import { house } from '../../db/rooms.ts';
import { after } from '../core/schedule.ts';
import { createSchedule, type Schedule } from '../testing/schedule.ts';
import { createRoomModels } from './room-models.ts';
import { createServedModel, type ServedModelTracker } from './served-model.ts';

const modelOf = (version: string) => ({ version, card: { version }, weights: Uint8Array.of(1) });
let registry: ServedModelTracker | undefined;
afterEach(() => registry?.stop());

function setUp(schedule: Pick<Schedule, 'after'> = { after }) {
  const state = {
    away: false,
    /** By room; `''` is the house. */
    champions: new Map([[house, 'base']]),
    /** Versions that cannot be loaded. */
    lacking: new Set<string>(),
    /** Loading a version waits for it. */
    loading: Promise.resolve(),
  };
  const [served, prepared]: [string[], string[]] = [[], []];
  /** Receivers of each sent version: a room, or all but some rooms. */
  const announced: [string, string][] = [];
  const drawnIn = ['lobby', '4b', '5c'];
  const predictedAgain: string[][] = [];
  const rooms = createRoomModels(modelOf('base'));
  const made = createServedModel({
    base: modelOf('base'),
    store: {
      shared: true,
      async ensureBase() {
        if (state.away) throw tooLate(1);
        return { version: 'base' };
      },
      async listChampions() {
        if (state.away) throw tooLate(1);
        return new Map(state.champions);
      },
    },
    models: {
      async load(version) {
        await state.loading;
        if (state.away) throw tooLate(1);
        return state.lacking.has(version) ? null : modelOf(version);
      },
    },
    inference: {
      serve: async ({ version }) => void served.push(version),
      prepare: async ({ version }) => void prepared.push(version),
    },
    roomModels: rooms,
    rereader: {
      reread: room => void predictedAgain.push([room]),
      rereadHouse: except => void predictedAgain.push(drawnIn.filter(room => !except.includes(room))),
    },
    announcer: {
      model(room, model) {
        if ('version' in model) announced.push([room, model.version]);
      },
      houseModel: ({ version }, except) => void announced.push([`all but ${except.join()}`, version]),
    },
    log: pino({ level: 'silent' }),
    after: schedule.after,
  });
  registry = made;
  return { registry: made, state, served, prepared, announced, predictedAgain };
}

test('[V8] the house’s champion of the database is served, and announced once it is', async () => {
  const { registry: made, state, served, announced, predictedAgain } = setUp();
  await made.refresh();
  expect(made.model('lobby').version).toBe('base');
  expect(served).toEqual([]);
  state.champions.set(house, 'taught-1');
  await made.refresh();
  await made.refresh();
  expect(served).toEqual(['taught-1']);
  expect(announced).toEqual([['all but ', 'taught-1']]);
  expect(predictedAgain).toEqual([['lobby', '4b', '5c']]);
  expect(made.model('lobby').version).toBe('taught-1');
});

test('[V8] a champion that another node promoted is found by polling', async () => {
  const { registry: made, state, announced } = setUp();
  made.start();
  state.champions.set(house, 'taught-2');
  await expect.poll(() => announced, { timeout: 60_000 }).toEqual([['all but ', 'taught-2']]);
});

test('[V8] while the database is away the last known versions go on', async () => {
  const { registry: made, state, served } = setUp();
  state.away = true;
  await made.refresh();
  expect(made.isFresh()).toBe(false);
  expect(made.model('lobby').version).toBe('base');
  state.away = false;
  state.champions.set(house, 'taught-1').set('4b', 'a');
  await made.use('4b');
  await made.refresh();
  expect(made.isFresh()).toBe(true);
  expect(served).toEqual(['taught-1']);
  state.away = true;
  await made.refresh();
  expect([made.model('4b').version, made.model('5c').version]).toEqual(['a', 'taught-1']);
});

test('[V12] a room’s own champion is loaded at its first use, and predicts there alone', async () => {
  const { registry: made, state, served, prepared, announced, predictedAgain } = setUp();
  state.champions.set('4b', 'a');
  await made.refresh();
  expect([prepared, made.ownRooms()]).toEqual([[], []]);
  await Promise.all([made.use('4b'), made.use('5c')]);
  expect([served, prepared]).toEqual([[], ['a']]);
  expect(['4b', '5c', 'lobby'].map(room => made.model(room).version)).toEqual(['a', 'base', 'base']);
  expect(announced).toEqual([['4b', 'a']]);
  expect(predictedAgain).toEqual([['4b']]);
  await made.use('4b');
  await made.refresh();
  expect([prepared, made.ownRooms()]).toEqual([['a'], ['4b']]);
});

test('[V12] everybody who enters a room waits until its champion predicts there', async () => {
  const { registry: made, state } = setUp();
  state.champions.set('4b', 'a');
  await made.refresh();
  const { promise, resolve } = Promise.withResolvers<void>();
  state.loading = promise;
  const seen: string[] = [];
  const entered = [1, 2].map(() => made.use('4b').then(() => seen.push(made.model('4b').version)));
  await new Promise(setImmediate);
  expect(seen).toEqual([]);
  resolve();
  await Promise.all(entered);
  expect(seen).toEqual(['a', 'a']);
});

test('[V12] a room in use that gets a champion of its own, or another one, is served it', async () => {
  const { registry: made, state, prepared, announced } = setUp();
  await made.refresh();
  await made.use('4b');
  for (const version of ['a', 'b']) {
    state.champions.set('4b', version);
    await made.refresh();
    expect(made.model('4b').version).toBe(version);
  }
  expect(prepared).toEqual(['a', 'b']);
  expect(announced).toEqual([
    ['4b', 'a'],
    ['4b', 'b'],
  ]);
});

test('[V12] a promotion in the house reaches only the rooms that follow it', async () => {
  const { registry: made, state, announced, predictedAgain } = setUp();
  // A room that keeps the house’s version as its own does not follow.
  state.champions.set('4b', 'a').set('6d', 'base');
  await made.refresh();
  for (const room of ['4b', '5c', '6d']) await made.use(room);
  announced.length = 0;
  predictedAgain.length = 0;
  state.champions.set(house, 'taught-1');
  await made.refresh();
  expect(announced).toEqual([['all but 4b,6d', 'taught-1']]);
  expect(predictedAgain).toEqual([['lobby', '5c']]);
  expect(['4b', '5c', '6d'].map(room => made.model(room).version)).toEqual(['a', 'taught-1', 'base']);
});

test('[V13] a room that starts over is served the house’s champion of now', async () => {
  const { registry: made, state, announced, predictedAgain } = setUp();
  state.champions.set('4b', 'a');
  await made.refresh();
  await made.use('4b');
  state.champions.set(house, 'taught-1').delete('4b');
  await made.refresh();
  expect(made.model('4b').version).toBe('taught-1');
  expect(made.ownRooms()).toEqual([]);
  expect(announced.at(-1)).toEqual(['4b', 'taught-1']);
  expect(predictedAgain.at(-1)).toEqual(['4b']);
});

test('[V8] a room whose champion cannot be loaded keeps the version before it, stops no other room, and is tried again', async () => {
  const { registry: made, state } = setUp();
  state.champions.set('4b', 'a').set('5c', 'b');
  state.lacking.add('a');
  await made.refresh();
  for (const room of ['4b', '5c']) await made.use(room);
  expect(['4b', '5c'].map(room => made.model(room).version)).toEqual(['base', 'b']);
  state.champions.set('5c', 'c');
  await made.refresh();
  expect(['4b', '5c'].map(room => made.model(room).version)).toEqual(['base', 'c']);
  expect(made.isFresh()).toBe(true);
  state.lacking.clear();
  await made.refresh();
  expect(made.model('4b').version).toBe('a');
});

test('[V8] a version that is loaded too late does not replace a newer one', async () => {
  const { registry: made, state, announced } = setUp();
  state.champions.set('4b', 'a');
  await made.refresh();
  const { promise, resolve } = Promise.withResolvers<void>();
  state.loading = promise;
  const entered = made.use('4b');
  state.loading = Promise.resolve();
  state.champions.set('4b', 'b');
  await made.refresh();
  resolve();
  await entered;
  expect(made.model('4b').version).toBe('b');
  expect(announced).toEqual([['4b', 'b']]);
});

test('sync during a poll resolves with the champion of now', async () => {
  const { registry: made, state } = setUp();
  await made.refresh();
  const polling = made.refresh();
  // The poll has asked for the champion; the answer is on its way.
  await Promise.resolve();
  state.champions.set(house, 'taught-1');
  await made.refresh();
  expect(made.model('lobby').version).toBe('taught-1');
  await polling;
});

test('nothing is armed after a stop', () => {
  const schedule = createSchedule();
  const { registry: made } = setUp(schedule);
  made.start();
  expect(schedule.armed()).toBe(1);
  made.stop();
  expect(schedule.armed()).toBe(0);
});
