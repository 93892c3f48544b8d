import { expect, test } from 'vitest';
import type { Opinion } from '../../shared/protocol.ts';
import type { LiveDrawing } from '../drawing/live-drawing.ts';
import { createRoom } from '../room/room.ts';
import { begin, ink, predictionOf } from '../testing/drawings.ts';
import { createSchedule } from '../testing/schedule.ts';
import { bigPoints } from './batch-input.ts';
import type { Batch, VersionedInput } from './batcher.ts';
import { createRoomModels } from './room-models.ts';
import {
  createSecondOpinions,
  patienceMs,
  pollMs,
  restMs,
  type SecondOpinionsParts,
} from './second-opinions.ts';

const sure = (digit: number, share = 0.9) =>
  Array.from({ length: 10 }, (_, each) => (each === digit ? share : (1 - share) / 9));
const plain = { version: 'plain', weights: Uint8Array.of(1) };

function setUp(change: Partial<SecondOpinionsParts> = {}, roomName = 'lobby') {
  const schedule = createSchedule();
  const asked: (readonly VersionedInput[])[] = [];
  const state = { reads: sure(7), model: 'plain', free: 1, oldestMs: 0, overloaded: false };
  const received: Opinion[] = [];
  const roomModels = createRoomModels({ version: 'v1', card: { version: 'v1' } });
  let predicted = (_live: LiveDrawing) => {};
  const opinions = createSecondOpinions({
    plain,
    secondOpinion: true,
    inference: {
      free: () => state.free,
      has: () => true,
      prepare: async () => {},
      async predict(inputs): Promise<Batch> {
        asked.push(inputs);
        return {
          models: inputs.map(() => state.model),
          outputs: inputs.map(() => predictionOf(state.reads).outputs),
          bigRasters: new Map(),
          rasterMs: 0,
          computeMs: 0,
        };
      },
    },
    predictor: {
      oldestMs: () => state.oldestMs,
      onPredicted(listener) {
        predicted = listener;
      },
    },
    roomModels,
    overload: { pace: () => ({ guessesPerSecond: 30, overloaded: state.overloaded }) },
    now: schedule.nowMs,
    after: schedule.after,
    ...change,
  });
  opinions.start();
  const room = createRoom({ name: roomName, now: schedule.nowMs, onChanged() {}, onEvicted() {} });
  /** A drawing that the room's version reads as a 1. */
  function draw(id: string) {
    const live = begin(room, { author: id, id });
    live.drawer.opinion = opinion => void received.push(opinion);
    ink(live, 0, [1, 1, 9, 9]);
    live.drawing.points = 2;
    live.edits = 1;
    live.drawing.seq = 5;
    live.guess = predictionOf(sure(1), { seq: 5, edits: 1, model: 'v1' });
    predicted(live);
    return live;
  }
  return {
    schedule,
    asked,
    state,
    received,
    roomModels,
    opinions,
    draw,
    predicted: (live: LiveDrawing) => predicted(live),
  };
}

test('[SO1] a drawing that rests is read once, and its author gets another digit', async () => {
  const { schedule, asked, received, draw } = setUp();
  draw('a');
  await schedule.advance(restMs - 1);
  expect(asked).toEqual([]);
  await schedule.advance(pollMs + 1);
  expect(asked).toEqual([[{ version: 'plain', input: [[1, 1, 9, 9]] }]]);
  expect(received).toEqual([{ drawing: 'a', seq: 5, digit: 7 }]);
  await schedule.advance(10 * pollMs);
  expect(asked).toHaveLength(1);
  expect(schedule.armed()).toBe(0);
});

test('[SO1] a hand that writes on is left alone until it rests', async () => {
  const { schedule, asked, draw, predicted } = setUp();
  const live = draw('a');
  for (let i = 0; i < 10; i++) {
    await schedule.advance(restMs / 2);
    predicted(live);
  }
  expect(asked).toEqual([]);
  await schedule.advance(restMs + pollMs);
  expect(asked).toHaveLength(1);
});

test.each([
  ['the same digit', sure(1), 'plain'],
  ['another digit, and is not sure', sure(7, 0.79), 'plain'],
  ['another digit, and was read by another version', sure(7), 'v1'],
])('[SO1] the author gets nothing where the plain net reads %s', async (_what, reads, model) => {
  const { schedule, asked, state, received, draw } = setUp();
  Object.assign(state, { reads, model });
  draw('a');
  await schedule.advance(restMs + pollMs);
  expect([asked.length, received]).toEqual([1, []]);
});

test('[SO1] a drawing that changed while it was read, was finished or is big gets none', async () => {
  const { schedule, received, draw } = setUp({
    inference: {
      free: () => 1,
      has: () => true,
      prepare: async () => {},
      async predict(inputs) {
        changing.edits++;
        const models = inputs.map(() => 'plain');
        const { outputs } = predictionOf(sure(7));
        return {
          models,
          outputs: inputs.map(() => outputs),
          bigRasters: new Map(),
          rasterMs: 0,
          computeMs: 0,
        };
      },
    },
  });
  const changing = draw('changing');
  draw('finished').state = 'finished';
  draw('big').drawing.points = bigPoints;
  await schedule.advance(restMs + pollMs);
  expect(received).toEqual([]);
});

test.each([
  ['live drawings wait', { oldestMs: 50 }],
  ['the server is overloaded', { overloaded: true }],
  ['no worker is free', { free: 0 }],
])('[SO2] while %s nothing is read, and what waits three seconds is left out', async (_when, busy) => {
  const { schedule, asked, state, opinions, draw } = setUp();
  const calm = { ...state };
  Object.assign(state, busy);
  draw('a');
  const answer = opinions.read(new Uint8Array(784));
  await schedule.advance(patienceMs + 2 * pollMs);
  expect(await answer).toBeNull();
  Object.assign(state, calm);
  await schedule.advance(10 * pollMs);
  expect([asked, schedule.armed()]).toEqual([[], 0]);
});

test('[SO2] at most eight are read in 125 ms', async () => {
  const { schedule, asked, draw } = setUp();
  for (let i = 0; i < 20; i++) draw(`${i}`);
  await schedule.advance(restMs + 3 * pollMs);
  expect(asked.map(inputs => inputs.length)).toEqual([8, 8, 4]);
});

test('[SO3] a room with a champion of its own gets none, and nobody where the operator wants none', async () => {
  const own = setUp({}, '4b');
  own.roomModels.set('4b', { version: 'taught', card: { version: 'taught' } });
  own.draw('a');
  const following = setUp({}, '4b');
  following.draw('a');
  const lobby = setUp();
  lobby.roomModels.set('lobby', { version: 'taught', card: { version: 'taught' } });
  lobby.draw('a');
  const off = setUp({ secondOpinion: false });
  off.draw('a');
  for (const each of [own, following, lobby, off]) await each.schedule.advance(restMs + pollMs);
  expect([own, following, lobby, off].map(({ received }) => received.length)).toEqual([0, 1, 1, 0]);
  expect(await off.opinions.read(new Uint8Array(784))).toBeNull();
});

test('after a stop no timer is armed, and a question is answered', async () => {
  const { schedule, opinions, draw } = setUp();
  draw('a');
  const answer = opinions.read(new Uint8Array(784));
  opinions.stop();
  expect(await answer).toBeNull();
  draw('b');
  expect(schedule.armed()).toBe(0);
});
