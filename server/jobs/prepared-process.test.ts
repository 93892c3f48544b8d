import pino from 'pino';
import { expect, test } from 'vitest';
import type { ToTraining } from '../job-workers/training-worker-messages.ts';
import { createSchedule } from '../testing/schedule.ts';
import { createPreparedProcess, keptMs, type TrainingProcess } from './prepared-process.ts';

/** Processes that keep what they are sent. */
function createScene() {
  const schedule = createSchedule();
  const processes: { sent: ToTraining[]; isKilled: boolean; exit(): void }[] = [];
  function spawn(): TrainingProcess {
    const process = { sent: [] as ToTraining[], isKilled: false, exit() {} };
    processes.push(process);
    return {
      send: message => void process.sent.push(message),
      onMessage() {},
      onExit(listener) {
        process.exit = () => listener('SIGKILL');
      },
      kill() {
        process.isKilled = true;
      },
    };
  }
  const { after } = schedule;
  const prepared = createPreparedProcess({ spawn, after, log: pino({ level: 'silent' }) });
  const prepare = (version: string) =>
    prepared.prepare({
      version,
      gate: 'house',
      load: async () => ({ champion: Uint8Array.of(1), base: null, gate: 'house' }),
    });
  return { schedule, processes, prepared, prepare };
}

test('[J14] a lesson takes the process that read its version ahead, and the next one starts another', async () => {
  const { processes, prepared, prepare } = createScene();
  await prepare('a');
  await prepare('a');
  await prepare('b');
  expect(processes.map(({ sent }) => sent.length)).toEqual([2]);
  prepared.take().send({ type: 'prepare', champion: Uint8Array.of(9), base: null, gate: 'room' });
  expect(processes.map(({ sent }) => sent.length)).toEqual([3]);
  prepared.take();
  expect(processes).toHaveLength(2);
  expect(processes.some(({ isKilled }) => isKilled)).toBe(false);
});

test('[J14] a prepared process ends after a while without a label, and with the server', async () => {
  const { schedule, processes, prepared, prepare } = createScene();
  await prepare('a');
  await schedule.advance(keptMs - 1);
  await prepare('a');
  await schedule.advance(keptMs - 1);
  expect(processes[0].isKilled).toBe(false);
  await schedule.advance(1);
  expect(processes[0].isKilled).toBe(true);
  await prepare('a');
  prepared.stop();
  expect(processes.map(({ isKilled }) => isKilled)).toEqual([true, true]);
  expect(schedule.armed()).toBe(0);
});

test('[J14] many versions do not make the process read for ever, and one that crashed is replaced', async () => {
  const { schedule, processes, prepared, prepare } = createScene();
  for (let nth = 0; nth < 20; nth++) await prepare(`version-${nth}`);
  expect(processes.map(({ sent }) => sent.length)).toEqual([3]);
  processes[0].exit();
  expect(schedule.armed()).toBe(0);
  prepared.take();
  expect(processes).toHaveLength(2);
});
