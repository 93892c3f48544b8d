import { pino } from 'pino';
import { expect, test } from 'vitest';
import { MnistUnavailable } from '../../training/dataset/mnist.ts';
import type { FromPacking, ToPacking } from '../job-workers/packing-worker-messages.ts';
import { silentMs } from '../process/signs-of-work.ts';
import { createSchedule } from '../testing/schedule.ts';
import { createPacker, type PackingProcess } from './training-pack.ts';

const sampleOf = (author: string) => ({
  id: 1,
  drawing: 'd',
  author,
  strokes: [[0, 0, 9, 9]],
  raster: new Uint8Array(784).fill(3),
  digit: 4,
  guess: 7,
  accepted: false,
});
const log = pino({ level: 'silent' });

/** A process that a test answers for. */
function createFakeProcess() {
  let [receive, exit] = [(_message: FromPacking) => {}, (_how: string) => {}];
  const sent: ToPacking[] = [];
  const child: PackingProcess = {
    send: message => void sent.push(message),
    onMessage(listener) {
      receive = listener;
    },
    onExit(listener) {
      exit = listener;
    },
    kill: () => exit('SIGKILL'),
  };
  return { child, sent, answer: (message: FromPacking) => receive(message) };
}

test('no author leaves the server, and no process that hangs goes on', async () => {
  const schedule = createSchedule();
  const { child, sent } = createFakeProcess();
  const asked = createPacker({ spawn: () => child, stepsShare: 0.4, log, after: schedule.after })('v1', {
    room: 'lobby',
    samples: [sampleOf('ada')],
  });
  const failed = expect(asked).rejects.toThrow('The packing process ended (SIGKILL).');
  await schedule.advance(silentMs);
  expect(sent).toMatchObject([{ samples: [{ author: 0 }] }, { type: 'pack', base: 'v1', stepsShare: 0.4 }]);
  expect(JSON.stringify(sent)).not.toContain('ada');
  await failed;
});

test('samples are sent in portions of ink with a rest before each, and the order to pack them last', async () => {
  const schedule = createSchedule();
  const { child, sent, answer } = createFakeProcess();
  const big = { ...sampleOf('bob'), strokes: [new Array<number>(18_432).fill(1)] };
  const samples = [big, big, ...Array.from({ length: 30 }, () => sampleOf('ada'))];
  const asked = createPacker({ spawn: () => child, stepsShare: 0.4, log, after: schedule.after })('v1', {
    room: 'lobby',
    samples,
  });
  expect(sent).toEqual([]);
  await schedule.advance(1_000);
  const counts = sent.map(message => (message.type === 'samples' ? message.samples.length : message.type));
  expect(counts).toEqual([1, 31, 'pack']);
  answer({ type: 'packed', etag: '"e"', bytes: new Uint8Array(1) });
  await expect(asked).resolves.toMatchObject({ etag: '"e"' });
});

test('an error of the process rejects the pack, and nothing waits any more', async () => {
  let armed = 0;
  const after = () => {
    armed++;
    return () => void armed--;
  };
  const failures: [FromPacking, unknown][] = [
    [{ type: 'no_mnist', cause: new Error('ENOENT') }, MnistUnavailable],
    [{ type: 'failed', error: new RangeError('no memory') }, RangeError],
  ];
  for (const [message, kind] of failures) {
    const { child, answer } = createFakeProcess();
    const asked = createPacker({ spawn: () => child, stepsShare: 1, log, after })('v1', {
      room: 'lobby',
      samples: [],
    });
    const failed = expect(asked).rejects.toBeInstanceOf(kind);
    answer(message);
    await failed;
  }
  expect(armed).toBe(0);
});
