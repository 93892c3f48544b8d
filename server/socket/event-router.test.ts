import pino from 'pino';
import { expect, test } from 'vitest';
import { maxPointsPerDraw } from '../../shared/limits.ts';
import type { Draw } from '../../shared/protocol.ts';
import { createMetrics } from '../core/metrics.ts';
import { bigEventPoints, serverPoints, sessionPoints } from '../rate-limit/rate-limits.ts';
import { createRoom } from '../room/room.ts';
import { createEventRouter, type EventRouterParts } from './event-router.ts';

const drawing = '6f1e0b1e-0000-4000-8000-000000000001';

function setUp() {
  let nowMs = 0;
  const drawn: Draw[] = [];
  const requested: number[] = [];
  let pageChanges = 0;
  const drawings: EventRouterParts['drawings'] = {
    draw(_drawer, draw) {
      drawn.push(draw);
      return 'applied';
    },
    redraw: () => ({ ok: true }),
    finish: async () => ({ ok: true }),
    label: async () => ({ ok: true, value: { sample: 1 } }),
  };
  const receivers = createEventRouter({
    networks: { labels() {} },
    drawings,
    metrics: createMetrics(),
    log: pino({ level: 'silent' }),
    now: () => nowMs,
  });
  const room = createRoom({ name: 'room', now: () => 0, onChanged: () => {}, onEvicted: () => {} });
  const of = (session: string) =>
    receivers.of({
      session,
      address: 'home',
      room: 'room',
      drawer: {
        session,
        address: 'home',
        room,
        person: 1,
        guess() {},
        opinion() {},
        page: () => 0,
        setPage: () => pageChanges++,
      },
      resender: { ask: (_drawing, afterMs) => requested.push(afterMs), stop() {} },
      refusalToDraw: () => undefined,
      act: async () => ({ ok: true, value: { people: [], veiled: [] } }),
    });
  return { of, drawn, requested, pageChanges: () => pageChanges, pass: (ms: number) => (nowMs += ms) };
}

test('[S4] a session sends a bounded number of points, in however few events, and is asked for the rest later', () => {
  const { of, drawn, requested, pass } = setUp();
  const receive = of('ada');
  const draw = { drawing, seq: 1, stroke: 0, offset: 0, points: Array(2 * maxPointsPerDraw).fill(1) };
  const send = (count: number) => {
    for (let i = 0; i < count; i++) receive('draw', draw);
  };
  send(60);
  const burst = Math.floor(sessionPoints.burst / maxPointsPerDraw);
  expect(drawn).toHaveLength(burst);
  expect(requested[0]).toBeGreaterThan(0);
  pass(4 * 1_000);
  send(60);
  expect(drawn.length - burst).toBeLessThanOrEqual(1 + (4 * sessionPoints.perSecond) / maxPointsPerDraw);
  of('bo')('draw', draw);
  expect(drawn.at(-1)).toEqual(draw);
});

test('[S4] a page of the wall is changed as often as by hand', () => {
  const { of, pageChanges } = setUp();
  const receive = of('ada');
  for (let i = 0; i < 300; i++) receive('look', { page: i % 2 });
  expect(pageChanges()).toBeGreaterThan(20);
  expect(pageChanges()).toBeLessThan(100);
});

test('[S4] big events of many sessions wait for each other, and small events for none of them', () => {
  const { of, drawn, requested } = setUp();
  const big = { drawing, seq: 1, stroke: 0, offset: 0, points: Array(2 * maxPointsPerDraw).fill(1) };
  for (let i = 0; i < 100; i++) for (let k = 0; k < 5; k++) of(`${i}`)('draw', big);
  expect(drawn.length).toBeLessThanOrEqual(serverPoints.burst / maxPointsPerDraw);
  expect(requested.length).toBe(500 - drawn.length);
  const small = { ...big, points: Array(2 * bigEventPoints).fill(1) };
  of('bo')('draw', small);
  expect(drawn.at(-1)).toEqual(small);
});

test('[A2] an error in a handler is logged and acked as unavailable, and the next event is handled', async () => {
  const logged: string[] = [];
  const fail = () => {
    throw new Error('a bug');
  };
  const receivers = createEventRouter({
    networks: { labels() {} },
    drawings: {
      draw: fail,
      redraw: fail,
      finish: async () => fail(),
      label: async () => ({ ok: true, value: { sample: 1 } }),
    },
    metrics: createMetrics(),
    log: pino({}, { write: line => logged.push(line) }),
    now: () => 0,
  });
  const room = createRoom({ name: 'room', now: () => 0, onChanged: () => {}, onEvicted: () => {} });
  const receive = receivers.of({
    session: 'ada',
    address: 'home',
    room: 'room',
    drawer: {
      session: 'ada',
      address: 'home',
      room,
      person: 1,
      guess() {},
      opinion() {},
      page: () => 0,
      setPage() {},
    },
    resender: { ask() {}, stop() {} },
    refusalToDraw: () => undefined,
    act: async () => fail(),
  });
  const send = (event: string, payload: object) =>
    new Promise(resolve => receive(event, { drawing, ...payload }, resolve));
  const unavailable = { ok: false, reason: 'unavailable', message: expect.any(String) };
  expect(await send('draw', { seq: 1, stroke: 0, offset: 0, points: [1, 1] })).toMatchObject(unavailable);
  expect(await send('redraw', { seq: 1, strokes: [] })).toMatchObject(unavailable);
  expect(await send('finish', {})).toMatchObject(unavailable);
  expect(logged).toHaveLength(3);
  expect(await send('label', { digit: 1 })).toEqual({ ok: true, value: { sample: 1 } });
});
