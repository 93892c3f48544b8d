import pino from 'pino';
import { expect, test } from 'vitest';
import type { Guess } from '../../shared/protocol.ts';
import { mixtureDefaults } from '../../training/model/mixture.ts';
import { createMetrics } from '../core/metrics.ts';
import { createRoom } from '../room/room.ts';
import { begin, ink, predictionOf } from '../testing/drawings.ts';
import { createSchedule } from '../testing/schedule.ts';
import type { Batch, VersionedInput } from './batcher.ts';
import { createPredictor } from './predictor.ts';
import { sweepMs } from './resting.ts';
import { createRoomModels } from './room-models.ts';

const whole = [0.25, 0.75, 0, 0, 0, 0, 0, 0, 0, 0];
const partial = [0.75, 0.25, 0, 0, 0, 0, 0, 0, 0, 0];

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
          const outputs = inputs.map(() => [...whole, ...partial, 0.5, 0.5]);
          const models = inputs.map(({ version }) => version);
          batches.push({
            inputs,
            async answer() {
              resolve({ models, outputs, bigRasters: new Map(), rasterMs: 1, computeMs: 1 });
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
  const guesses: Guess[] = [];
  live.drawer.guess = guess => void guesses.push(guess);
  /** Appends a stroke. */
  function draw() {
    ink(live, live.drawing.strokes.length, [1, 1, 9, 9]);
    live.drawing.seq++;
    live.drawing.points += 2;
    live.edits++;
    live.pen = { state: 'down', sinceMs: schedule.nowMs() };
    predictor.changed(live);
  }
  function lift() {
    live.pen = { state: 'up', sinceMs: schedule.nowMs() };
    predictor.lifted(live);
  }
  /** Draws a stroke that is predicted, and lifts the pen. */
  async function write() {
    draw();
    await schedule.advance(20);
    await batches.at(-1)?.answer();
    lift();
  }
  return { schedule, batches, predictor, roomModels, room, live, guesses, draw, lift, write };
}

test('a prediction goes to the author, to the room and to all that wait for the newest one', async () => {
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
  live.guess = predictionOf([1], { model: 'v1' });
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

test('[V9] [V12] drawings and rasters are predicted by the version of their room, or by the one that is named', async () => {
  const { schedule, batches, predictor, roomModels, live, draw } = setUp();
  roomModels.set('room', { version: 'a', card: { version: 'a' } });
  draw();
  void predictor.predictOnce(new Uint8Array(784), 'room');
  void predictor.predictOnce(new Uint8Array(784), 'another room');
  void predictor.predictBy(new Uint8Array(784), 'plain');
  await schedule.advance(100);
  await batches[0]?.answer();
  expect(batches[0]?.inputs.map(({ version }) => version)).toEqual(['a', 'a', 'v1', 'plain']);
  expect(live.guess).toMatchObject({ model: 'a' });
});

/** The author's view of the second answer's digit. */
const shares = (guesses: readonly Guess[]) => guesses.map(({ probabilities }) => probabilities[1]);

test('[PR10] a drawing under the pen is shown as a beginning, a lift as more of a whole', async () => {
  const { guesses, batches, live, write } = setUp();
  await write();
  expect(batches).toHaveLength(1);
  expect(guesses.map(({ seq }) => seq)).toEqual([0, 0]);
  const [down, up] = shares(guesses);
  expect(down).toBeLessThan(0.27);
  expect(up).toBeGreaterThan(0.35);
  expect(up).toBeLessThan(0.7);
  expect(live.guess?.outputs.slice(0, 10)).toEqual(whole);
});

test('[PR11] while the hand rests two predictions follow without a forward pass, the last one the whole', async () => {
  const { schedule, guesses, batches, room, live, write } = setUp();
  await write();
  const shown = guesses.length;
  room.buildFrames();
  const [first, last] = mixtureDefaults.pens.up.shownMs;
  await schedule.advance(first - 1);
  expect(guesses).toHaveLength(shown);
  await schedule.advance(sweepMs + 1);
  expect(guesses).toHaveLength(shown + 1);
  await schedule.advance(last - first);
  expect(guesses).toHaveLength(shown + 2);
  const rising = shares(guesses.slice(shown - 1));
  expect(rising).toEqual(rising.toSorted());
  expect(guesses.at(-1)).toMatchObject({ drawing: live.id, seq: live.drawing.seq, probabilities: whole });
  expect(room.buildFrames()[0]?.frame.guesses).toHaveLength(1);
  await schedule.advance(60_000);
  expect(guesses).toHaveLength(shown + 2);
  expect([batches.length, schedule.armed()]).toEqual([1, 0]);
});

test('[PR11] a new edit ends the rest: no prediction of the old ink follows', async () => {
  const { schedule, guesses, batches, draw, write } = setUp();
  await write();
  await schedule.advance(200);
  const shown = guesses.length;
  draw();
  await schedule.advance(mixtureDefaults.pens.up.shownMs[1] - 200 + sweepMs);
  expect(guesses).toHaveLength(shown);
  await batches[1]?.answer();
  expect(guesses).toHaveLength(shown + 1);
});

test('[PR11] a prediction that comes late is mixed for the rest at which it comes', async () => {
  const { schedule, guesses, batches, draw, lift } = setUp();
  draw();
  lift();
  await schedule.advance(5_000);
  await batches[0]?.answer();
  expect(guesses.map(({ probabilities }) => probabilities)).toEqual([whole]);
  await schedule.advance(60_000);
  expect(guesses).toHaveLength(1);
  expect(schedule.armed()).toBe(0);
});

test('[PR10] a finished drawing is shown as a whole at once, and a labelled one too', async () => {
  const { schedule, guesses, predictor, live, write } = setUp();
  await write();
  live.stored = { edits: live.edits, strokes: live.drawing.strokes };
  await schedule.advance(sweepMs);
  expect(guesses.at(-1)).toMatchObject({ probabilities: whole });
  live.stored = undefined;
  await write();
  expect(guesses.at(-1)?.probabilities).not.toEqual(whole);
  const shown = guesses.length;
  live.state = 'finished';
  predictor.prioritise(live);
  expect(guesses.slice(shown)).toMatchObject([{ probabilities: whole }]);
  await schedule.advance(60_000);
  expect(guesses).toHaveLength(shown + 1);
});

test('[PR2] a lift with a seq of its own gets a prediction with that seq, also while the ink is being read', async () => {
  const { schedule, guesses, batches, live, draw, lift, write } = setUp();
  let isReady = 0;
  draw();
  await schedule.advance(20);
  live.drawing.seq = 7;
  lift();
  live.predictionWaiters.push(() => isReady++);
  await batches[0]?.answer();
  expect(guesses.map(({ seq }) => seq)).toEqual([7]);
  expect(isReady).toBe(1);
  await write();
  live.drawing.seq = 9;
  lift();
  expect(guesses.at(-1)?.seq).toBe(9);
});

test('[PR11] nothing is armed or shown after a stop while a hand rests', async () => {
  const { schedule, guesses, predictor, write, lift } = setUp();
  await write();
  const shown = guesses.length;
  predictor.stop();
  expect(schedule.armed()).toBe(0);
  lift();
  await schedule.advance(60_000);
  expect(guesses).toHaveLength(shown + 1);
  expect(schedule.armed()).toBe(0);
});

test('nothing is armed after a stop, and nothing is predicted', async () => {
  const { schedule, batches, predictor, draw } = setUp();
  draw();
  expect(schedule.armed()).toBe(2);
  predictor.stop();
  expect(schedule.armed()).toBe(0);
  draw();
  await schedule.advance(1_000);
  expect([batches, schedule.armed()]).toEqual([[], 0]);
});
