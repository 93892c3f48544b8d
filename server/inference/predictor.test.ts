import pino from 'pino';
import { expect, test } from 'vitest';
import { createMetrics } from '../core/metrics.ts';
import { createRoom } from '../room/room.ts';
import { begin, ink } from '../testing/drawings.ts';
import { createSchedule } from '../testing/schedule.ts';
import type { Batch, VersionedInput } from './batcher.ts';
import { createPredictor } from './predictor.ts';
import { createRoomModels } from './room-models.ts';

function setUp() {
  const schedule = createSchedule();
  const batches: { inputs: readonly VersionedInput[]; answer(): Promise<void> }[] = [];
  const free: (() => void)[] = [];
  const roomModels = createRoomModels({ version: 'v1', card: { version: 'v1' } });
  const predictor = createPredictor({
    inference: {
      free: () => 1,
      has: () => true,
      predict: inputs =>
        new Promise<Batch>(resolve => {
          const distributions = inputs.map(() => [0.25, 0.75, 0, 0, 0, 0, 0, 0, 0, 0]);
          const models = inputs.map(({ version }) => version);
          batches.push({
            inputs,
            async answer() {
              resolve({ models, distributions, bigRasters: new Map(), rasterMs: 1, computeMs: 1 });
              await schedule.advance(0);
            },
          });
        }),
      restarts: () => 0,
      onFree: listener => void free.push(listener),
    },
    roomModels,
    metrics: createMetrics(),
    log: pino({ level: 'silent' }),
    now: schedule.nowMs,
    after: schedule.after,
  });
  const room = createRoom({ name: 'room', now: schedule.nowMs, onChanged() {}, onEvicted() {} });
  const live = begin(room);
  const guesses: unknown[] = [];
  live.drawer.guess = guess => void guesses.push(guess);
  /** Appends a stroke. */
  function draw() {
    ink(live, live.drawing.strokes.length, [1, 1, 9, 9]);
    live.drawing.seq++;
    live.drawing.points += 2;
    predictor.changed(live);
  }
  return { schedule, batches, predictor, roomModels, room, live, guesses, draw };
}

test('a prediction goes to the author, to the room and to whoever waits for the newest one', async () => {
  const { schedule, batches, room, live, guesses, draw } = setUp();
  let isReady = 0;
  live.predictionWaiters.push(() => isReady++);
  draw();
  await schedule.advance(100);
  expect(batches[0]?.inputs).toEqual([{ version: 'v1', input: live.drawing.strokes }]);
  room.buildFrames();
  draw();
  await batches[0]?.answer();
  expect(guesses).toMatchObject([{ drawing: live.id, seq: 0, model: 'v1' }]);
  expect(room.buildFrames()[0]?.frame.guesses).toHaveLength(1);
  expect(isReady).toBe(0);
  await schedule.advance(100);
  await batches[1]?.answer();
  expect(live.guess).toMatchObject({ seq: 1, model: 'v1' });
  expect(isReady).toBe(1);
});

test('an emptied drawing loses its prediction, and takes none that was under way', async () => {
  const { schedule, batches, predictor, live, guesses, draw } = setUp();
  draw();
  await schedule.advance(100);
  Object.assign(live.drawing, { points: 0, strokes: [], seq: 2 });
  live.guess = { seq: 1, model: 'v1', distribution: [1] };
  predictor.changed(live);
  await batches[0]?.answer();
  expect([live.guess, guesses]).toEqual([undefined, []]);
});

test('a raster is predicted once, and the predictor is idle after that', async () => {
  const { schedule, batches, predictor } = setUp();
  const asked = predictor.predictOnce(new Uint8Array(784), 'room');
  expect(predictor.isIdle()).toBe(false);
  await schedule.advance(100);
  await batches[0]?.answer();
  expect(await asked).toMatchObject({ model: 'v1', probabilities: [0.25, 0.75, 0, 0, 0, 0, 0, 0, 0, 0] });
  expect(predictor.isIdle()).toBe(true);
});

test('[V9] [V12] drawings and rasters are predicted by the version of their room', async () => {
  const { schedule, batches, predictor, roomModels, live, draw } = setUp();
  roomModels.set('room', { version: 'a', card: { version: 'a' } });
  draw();
  void predictor.predictOnce(new Uint8Array(784), 'room');
  void predictor.predictOnce(new Uint8Array(784), 'another room');
  await schedule.advance(100);
  await batches[0]?.answer();
  expect(batches[0]?.inputs.map(({ version }) => version)).toEqual(['a', 'a', 'v1']);
  expect(live.guess).toMatchObject({ model: 'a' });
});

test('nothing is armed after a stop, and nothing is predicted', async () => {
  const { schedule, batches, predictor, draw } = setUp();
  draw();
  expect(schedule.armed()).toBe(1);
  predictor.stop();
  expect(schedule.armed()).toBe(0);
  draw();
  await schedule.advance(1_000);
  expect([batches, schedule.armed()]).toEqual([[], 0]);
});
