import fastify from 'fastify';
import { expect, test } from 'vitest';
import { rasterise } from '../../shared/rasterise.ts';
import { serveReadings } from './explanation-route.ts';

const strokes = [[300, 300, 500, 100, 500, 900]];

function createAsked() {
  const app = fastify();
  const asked: [string, Uint8Array][] = [];
  serveReadings(app, {
    predictor: {
      async predictOnce(raster, room) {
        asked.push([room, raster]);
        return { model: 'v1', probabilities: [0, 1] };
      },
    },
    opinions: { read: async () => [1, 0] },
    registry: { use: async () => {} },
    now: () => 0,
  });
  return {
    asked,
    async readings(payload: object) {
      const { statusCode, body } = await app.inject({ method: 'POST', url: '/api/readings', payload });
      return { status: statusCode, answer: JSON.parse(body) };
    },
  };
}

test('[SO5] ink is read by the champion of the room and by the plain net', async () => {
  const { asked, readings } = createAsked();
  const { status, answer } = await readings({ room: '4b', strokes });
  expect([status, answer.value]).toEqual([200, { model: 'v1', probabilities: [0, 1], plain: [1, 0] }]);
  expect(asked).toEqual([['4b', rasterise(strokes)]]);
});

test.each([
  ['no ink', { strokes: [] }],
  ['more ink than a digit has', { strokes: [Array<number>(2_002).fill(1)] }],
  ['a field too many', { strokes, drawing: 'd' }],
])('[A1] %s is refused', async (_what, payload) => {
  const { status, answer } = await createAsked().readings(payload);
  expect([status, answer.ok]).toEqual([400, false]);
});

test('[A6] too many questions are refused with the time to ask again', async () => {
  const { readings } = createAsked();
  let last = await readings({ strokes });
  for (let i = 0; i < 80; i++) last = await readings({ strokes });
  expect(last.answer).toMatchObject({ reason: 'rate_limited', retryAfterMs: expect.any(Number) });
});
