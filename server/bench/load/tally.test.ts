import { expect, test } from 'vitest';
import { packAppend } from '../../../shared/ink.ts';
import type { Frame } from '../../../shared/protocol.ts';
import { createFrameTally } from './frame-tally.ts';
import { createGuessTally } from './guess-tally.ts';

let nowMs = 0;
const now = () => nowMs;
const always = () => true;

test("the first prediction with an update's seq or a newer one answers it; with a newer one it is coalesced", () => {
  const tally = createGuessTally(always, now);
  for (const [seq, atMs] of [
    [1, 0],
    [2, 10],
    [3, 20],
  ]) {
    nowMs = atMs;
    tally.sent({ drawing: 'a', seq });
  }
  nowMs = 25;
  tally.guessed({ drawing: 'a', seq: 2 });
  nowMs = 30;
  tally.guessed({ drawing: 'a', seq: 3 });
  expect([...tally.report().answeredMs]).toEqual([25, 15, 10]);
  expect(tally.report()).toMatchObject({ updates: 3, guesses: 2, coalesced: 1, lost: 0 });
});

test('a drawing is lost if its newest state has no prediction, or a late one', () => {
  const tally = createGuessTally(always, now);
  nowMs = 0;
  for (const drawing of ['never', 'late', 'read']) tally.sent({ drawing, seq: 1 });
  nowMs = 5;
  tally.guessed({ drawing: 'read', seq: 1 });
  nowMs = 5000;
  tally.guessed({ drawing: 'late', seq: 1 });
  expect(tally.waiting()).toBe(1);
  expect(tally.report().lost).toBe(2);
});

test('updates sent before the measurement are not counted', () => {
  let measuring = false;
  const tally = createGuessTally(() => measuring, now);
  tally.sent({ drawing: 'a', seq: 1 });
  measuring = true;
  tally.guessed({ drawing: 'a', seq: 1 });
  expect(tally.report()).toMatchObject({ updates: 0, coalesced: 0, lost: 0 });
  expect(tally.report().answeredMs).toHaveLength(0);
});

test('the age of a frame is that of its oldest point, for every viewer', () => {
  const tally = createFrameTally(always, now);
  const drawing = 'a';
  nowMs = 100;
  tally.sent({ drawing, seq: 1, stroke: 0, offset: 0, points: [1, 1, 2, 2] });
  nowMs = 120;
  tally.sent({ drawing, seq: 2, stroke: 0, offset: 2, points: [3, 3] });
  const stroke = { tile: 9, stroke: 0 };
  const first: Frame = {
    tick: 1,
    begun: [[9, drawing, 1]],
    ink: packAppend({ ...stroke, points: [1, 1, 2, 2], from: 0 }),
  };
  const second: Frame = { tick: 2, ink: packAppend({ ...stroke, points: [1, 1, 2, 2, 3, 3], from: 4 }) };
  nowMs = 130;
  tally.received(JSON.stringify(first), 50);
  nowMs = 140;
  tally.received(JSON.stringify(second), 30);
  tally.received(JSON.stringify(first), 50);
  tally.received(JSON.stringify(second), 30);
  expect([...tally.report().agesMs]).toEqual([30, 20, 40, 20]);
  expect(tally.report()).toMatchObject({ frames: 4, bytes: 160, points: 6 });
});
