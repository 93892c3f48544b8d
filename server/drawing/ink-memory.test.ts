import { expect, test } from 'vitest';
import { freePoints, maxBurstPoints } from '../rate-limit/rate-limits.ts';
import { createRoom } from '../room/room.ts';
import { begin } from '../testing/drawings.ts';
import { createInkMemory } from './ink-memory.ts';
import type { LiveDrawing } from './live-drawing.ts';

const room = createRoom({ name: 'room', now: () => 0, onChanged: () => {}, onEvicted: () => {} });

function drawingFrom(address: string): LiveDrawing {
  const live = begin(room);
  live.drawer = { ...live.drawer, address };
  return live;
}

test('[S6] an address and the server hold a bounded number of points, and each drawing some beside them', () => {
  const memory = createInkMemory();
  const [big, other] = [drawingFrom('greedy'), drawingFrom('greedy')];
  expect(memory.hold(big, freePoints + maxBurstPoints.address)).toBe(true);
  expect(memory.hold(other, freePoints)).toBe(true);
  expect(memory.hold(other, freePoints + 1)).toBe(false);
  expect(memory.hold(drawingFrom('modest'), freePoints + 1)).toBe(true);
  expect(memory.hold(big, freePoints + 1)).toBe(true);
  expect(memory.hold(other, freePoints + 1)).toBe(true);
  const many = Array.from({ length: maxBurstPoints.server / maxBurstPoints.address }, (_, i) =>
    drawingFrom(`${i}`),
  );
  const held = many.map(each => memory.hold(each, freePoints + maxBurstPoints.address));
  expect(held.filter(Boolean)).toHaveLength(many.length - 1);
});

test('[S6] a drawing that is forgotten holds nothing', () => {
  const memory = createInkMemory();
  const live = drawingFrom('ada');
  memory.hold(live, 2 * freePoints);
  memory.hold(live, 3 * freePoints);
  expect(memory.points()).toBe(2 * freePoints);
  memory.forget(live);
  memory.forget(live);
  expect(memory.points()).toBe(0);
});
