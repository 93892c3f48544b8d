import { expect, test } from 'vitest';
import { createDrawThrottle } from './draw-throttle.ts';
import { applyEdit, emptyDrawing } from './drawing.ts';
import { maxPointsPerDraw } from './limits.ts';
import type { Draw } from './protocol.ts';
import { createRandom, int } from './random.ts';

const calm = { overloaded: false, guessesPerSecond: 30 };
const crowded = { overloaded: true, guessesPerSecond: 5 };

function setUp() {
  const sent: Draw[] = [];
  let timers: (() => void)[] = [];
  const held = createDrawThrottle({
    send: draw => sent.push(draw),
    after(_ms, run) {
      timers.push(run);
      return () => {
        timers = timers.filter(each => each !== run);
      };
    },
  });
  const pass = () => {
    for (const run of timers.splice(0)) run();
  };
  return { sent, held, pass };
}

const point = (seq: number, offset: number, stroke = 0): Draw => ({
  drawing: 'a',
  seq,
  stroke,
  offset,
  points: [seq, seq],
});

test('[B7] without overload a draw is sent at once', () => {
  const { sent, held } = setUp();
  held.draw(point(1, 0));
  expect(sent).toHaveLength(1);
});

test('[B7] under overload the draws of one stroke are joined, those of another stroke are not', () => {
  const { sent, held, pass } = setUp();
  held.setPace(crowded);
  for (const draw of [point(1, 0), point(2, 1), point(3, 0, 1)]) held.draw(draw);
  expect(sent).toEqual([]);
  pass();
  expect(sent).toEqual([{ ...point(2, 0), points: [1, 1, 2, 2] }, point(3, 0, 1)]);
});

test('[B7] a lift is sent with the held points of its stroke, and not with those of the next one', () => {
  const { sent, held, pass } = setUp();
  held.setPace(crowded);
  for (const draw of [point(1, 0), { ...point(1, 1), points: [], lifted: true }, point(2, 0, 1)])
    held.draw(draw);
  pass();
  expect(sent).toEqual([{ ...point(1, 0), lifted: true }, point(2, 0, 1)]);
});

test('[B7] flush sends held draws before what follows, and the end of overload sends them too', () => {
  const { sent, held } = setUp();
  held.setPace(crowded);
  held.draw(point(1, 0));
  held.flush();
  expect(sent).toHaveLength(1);
  held.draw(point(2, 1));
  held.setPace(calm);
  expect(sent).toHaveLength(2);
});

test('[B7] a lost connection drops held draws and the pace', () => {
  const { sent, held, pass } = setUp();
  held.setPace(crowded);
  held.draw(point(1, 0));
  held.drop();
  pass();
  expect(sent).toEqual([]);
  held.draw(point(2, 1));
  expect(sent).toHaveLength(1);
});

test('[B7] the drawing that arrives is the one that was drawn, however draws are held', () => {
  const random = createRandom(3);
  const { sent, held, pass } = setUp();
  const [author, server] = [emptyDrawing(), emptyDrawing()];
  for (let seq = 1; seq < 500; seq++) {
    const begins = seq === 1 || int(random, 20) === 0;
    const stroke = author.strokes.length - (begins ? 0 : 1);
    const offset = begins ? 0 : author.strokes[stroke].length / 2;
    const points = Array.from({ length: 2 * (1 + int(random, 8)) }, () => int(random, 1024));
    applyEdit(author, { seq, stroke, offset, points });
    held.draw({ drawing: 'a', seq, stroke, offset, points });
    if (int(random, 30) === 0) held.setPace(int(random, 2) === 0 ? calm : crowded);
    if (int(random, 10) === 0) pass();
  }
  held.flush();
  for (const draw of sent) {
    expect(draw.points.length).toBeLessThanOrEqual(2 * maxPointsPerDraw);
    expect(applyEdit(server, draw)).toBe('applied');
  }
  expect(server).toEqual(author);
});
