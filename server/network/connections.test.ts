import { EventEmitter } from 'node:events';
import type { Server } from 'node:net';
import { expect, test } from 'vitest';
import { lastAnswersMs } from '../core/lifecycle.ts';
import { createSchedule } from '../testing/schedule.ts';
import { trackConnections } from './connections.ts';

function setUp() {
  const schedule = createSchedule();
  const server = new EventEmitter() as Server;
  const controller = new AbortController();
  const { after } = schedule;
  const connections = trackConnections({ server, stopping: controller.signal, after });
  const cut: string[] = [];
  const connect = (name: string) => {
    const socket = Object.assign(new EventEmitter(), { destroy: () => cut.push(name) });
    server.emit('connection', socket);
    return socket;
  };
  return { schedule, connections, connect, cut, stop: () => controller.abort() };
}

test('connections that are still open some time after the stop began are cut', async () => {
  const { schedule, connect, cut, stop } = setUp();
  connect('closed in time').emit('close');
  connect('does not read');
  await schedule.advance(lastAnswersMs);
  expect(cut).toEqual([]);
  stop();
  await schedule.advance(lastAnswersMs);
  expect(cut).toEqual(['does not read']);
});

test('nothing is armed after a stop', async () => {
  const { schedule, connections, connect, cut, stop } = setUp();
  connect('any');
  stop();
  connections.stop();
  expect(schedule.armed()).toBe(0);
  expect(cut).toEqual([]);
});
