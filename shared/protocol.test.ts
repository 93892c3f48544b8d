import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { reasons } from './ack.ts';
import { hostSchema } from './host-protocol.ts';
import { maxPointsPerDraw } from './limits.ts';
import * as protocol from './protocol.ts';
import { createRandom, int } from './random.ts';

test('[A3] the schemas are those of protocol version 1: a change needs a new hash, and a new version where an older end cannot follow', () => {
  const { authSchema, drawSchema, redrawSchema, finishSchema, lookSchema, labelSchema, protocolVersion } =
    protocol;
  const schemas = [
    authSchema,
    drawSchema,
    redrawSchema,
    finishSchema,
    labelSchema,
    lookSchema,
    hostSchema,
  ].map(schema => z.toJSONSchema(schema, { io: 'input' }));
  const hash = createHash('sha256')
    .update(JSON.stringify({ protocolVersion, reasons, schemas }))
    .digest('hex');
  expect(`${protocolVersion} ${hash.slice(0, 12)}`).toBe('1 948e4ac90d9b');
});

const drawing = '00000000-0000-4000-8000-000000000001';
const draw = { drawing, seq: 1, stroke: 0, offset: 0, points: [0, 0, 1023, 1023] };

test.each([
  ['a drawing that is no UUID', { ...draw, drawing: 'mine' }],
  [
    'an upper-case UUID, which would be a second name of the same drawing',
    { ...draw, drawing: drawing.toUpperCase().replace('8', 'A') },
  ],
  ['a coordinate off the pad', { ...draw, points: [0, 1024] }],
  ['a negative coordinate', { ...draw, points: [-1, 0] }],
  ['a fraction', { ...draw, points: [0.5, 0] }],
  ['NaN', { ...draw, points: [Number.NaN, 0] }],
  ['1e9', { ...draw, points: [1e9, 0] }],
  ['a number as text', { ...draw, points: ['1', 0] }],
  ['an x without its y', { ...draw, points: [1, 2, 3] }],
  ['no points', { ...draw, points: [] }],
  ['no points, with the pen down', { ...draw, offset: 2, points: [], lifted: false }],
  ['the lift of a pen that drew nothing', { ...draw, points: [], lifted: true }],
  ['a lift as text', { ...draw, lifted: 'true' }],
  ['more points than one event may bring', { ...draw, points: new Array(2 * maxPointsPerDraw + 2).fill(0) }],
  ['a negative offset', { ...draw, offset: -1 }],
  ['a seq that is no whole number', { ...draw, seq: 1.5 }],
  ['bytes', Buffer.from('draw')],
  ['nothing', undefined],
])('[A1] the schema of draw refuses %s', (_what, payload) => {
  expect(protocol.drawSchema.safeParse(payload).success).toBe(false);
  expect(protocol.readDraw(payload)).toBeUndefined();
});

test.each([
  ['the last points of a stroke', { ...draw, lifted: true }],
  ['the lift of a pen without new points', { ...draw, offset: 2, points: [], lifted: true }],
  ['points that others follow', { ...draw, lifted: false }],
])('[E15] the schema of draw takes %s', (_what, payload) => {
  expect(protocol.drawSchema.safeParse(payload)).toEqual({ success: true, data: payload });
  expect(protocol.readDraw(payload)).toEqual(payload);
});

test('[A3] readDraw accepts what the schema accepts, and returns the same', () => {
  const random = createRandom(1);
  const odd: unknown[] = [
    -1,
    -0,
    0,
    255,
    256,
    1023,
    1024,
    10_000,
    10_001,
    2 ** 53,
    0.5,
    '1',
    null,
    [],
    {},
    drawing,
  ];
  const any = () => odd[int(random, odd.length)];
  let taken = 0;
  for (let trial = 0; trial < 5_000; trial++) {
    const points = Array.from({ length: 2 * int(random, 4) }, () => int(random, 1024));
    const payload: Record<string, unknown> = {
      drawing,
      seq: trial,
      stroke: 0,
      offset: trial,
      points,
      more: 1,
    };
    if (int(random, 2) === 0) payload.lifted = int(random, 4) > 0;
    if (int(random, 2) === 0)
      payload[['drawing', 'seq', 'stroke', 'offset', 'points', 'lifted'][int(random, 6)]] = any();
    if (int(random, 8) === 0) payload.points = [...points, any()];
    const { success, data } = protocol.drawSchema.safeParse(payload);
    expect(protocol.readDraw(payload)).toEqual(success ? data : undefined);
    if (success) taken++;
  }
  expect(taken).toBeGreaterThan(1_000);
});

test.each([[10], [-1], [1.5], ['7'], [null], [true]])(
  '[A1] the schema of label refuses the digit %j',
  digit => {
    expect(protocol.labelSchema.safeParse({ drawing, digit }).success).toBe(false);
  },
);

test.each([['<b>'], ['x'.repeat(10_000)], ['Room'], ['-a'], ['a-'], [''], ['a b'], ['../r'], [7]])(
  '[S2] the schema refuses the room %j',
  room => {
    expect(protocol.authSchema.safeParse({ protocol: 1, room }).success).toBe(false);
  },
);

test.each([['<script>'], ['x'.repeat(10_000)], ['a\u0000b'], ['\u202eevil']])(
  '[S2] the schema refuses the name %j',
  name => {
    expect(protocol.authSchema.safeParse({ protocol: 1, name }).success).toBe(false);
  },
);

test('a handshake without fields joins the lobby without a name', () => {
  expect(protocol.authSchema.parse({ protocol: 1 })).toEqual({ protocol: 1, room: 'lobby' });
});
