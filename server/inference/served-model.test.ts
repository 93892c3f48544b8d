import pino from 'pino';
import { afterEach, expect, test } from 'vitest';
import { tooLate } from '../../db/connection/database-errors.ts';
import type { Model } from '../../shared/protocol.ts';
import { after } from '../core/schedule.ts';
import { createSchedule, type Schedule } from '../testing/schedule.ts';
import { createCurrentModel } from './current-model.ts';
import { createServedModel, type ServedModelTracker } from './served-model.ts';

const modelOf = (version: string) => ({ version, card: { version }, weights: Uint8Array.of(1) });
let registry: ServedModelTracker | undefined;
afterEach(() => registry?.stop());

function setUp(schedule: Pick<Schedule, 'after'> = { after }) {
  const state = { champion: 'base', away: false };
  const served: string[] = [];
  const changed: Model[] = [];
  const predictedAgain: unknown[] = [];
  const store = {
    shared: true,
    async ensureBase() {
      if (state.away) throw tooLate(1);
      return { version: state.champion };
    },
    async champion() {
      if (state.away) throw tooLate(1);
      return { version: state.champion };
    },
  };
  const made = createServedModel({
    base: modelOf('base'),
    store,
    current: createCurrentModel(modelOf('base')),
    models: { load: async version => modelOf(version) },
    inference: {
      async serve({ version }) {
        served.push(version);
      },
    },
    drawings: { predictAgain: () => void predictedAgain.push(served.at(-1)) },
    announcer: {
      model(model) {
        if ('version' in model) changed.push(model);
      },
    },
    log: pino({ level: 'silent' }),
    after: schedule.after,
  });
  registry = made;
  return { registry: made, state, served, changed, predictedAgain };
}

test('[V8] the champion of the database is served, and announced once it is', async () => {
  const { registry: made, state, served, changed, predictedAgain } = setUp();
  await made.refresh();
  expect(made.model().version).toBe('base');
  expect(served).toEqual([]);
  state.champion = 'taught-1';
  await made.refresh();
  await made.refresh();
  expect(served).toEqual(['taught-1']);
  expect(changed.map(model => model.version)).toEqual(['taught-1']);
  expect(predictedAgain).toEqual(['taught-1']);
  expect(made.model().version).toBe('taught-1');
});

test('[V8] a champion that another node promoted is found by polling', async () => {
  const { registry: made, state, changed } = setUp();
  made.start();
  state.champion = 'taught-2';
  await expect.poll(() => changed.map(model => model.version), { timeout: 60_000 }).toEqual(['taught-2']);
});

test('[V8] while the database is away the last known version goes on', async () => {
  const { registry: made, state, served } = setUp();
  state.away = true;
  await made.refresh();
  expect(made.isFresh()).toBe(false);
  expect(made.model().version).toBe('base');
  state.away = false;
  state.champion = 'taught-1';
  await made.refresh();
  expect(made.isFresh()).toBe(true);
  expect(served).toEqual(['taught-1']);
});

test('sync during a poll resolves with the champion of now', async () => {
  const { registry: made, state } = setUp();
  await made.refresh();
  const polling = made.refresh();
  // The poll has asked for the champion; the answer is on its way.
  await Promise.resolve();
  state.champion = 'taught-1';
  await made.refresh();
  expect(made.model().version).toBe('taught-1');
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
