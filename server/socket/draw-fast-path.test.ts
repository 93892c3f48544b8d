import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { interceptDraws, parser } from './draw-fast-path.ts';

/** A connection as Socket.IO has it: its decoder hears every packet first and hands on what it decoded a turn of the queue later. */
function setUp() {
  const done: unknown[] = [];
  let closed = false;
  const wire = Object.assign(new EventEmitter(), {
    close() {
      closed = true;
    },
  });
  const decoder = new parser.Decoder();
  decoder.on('decoded', ({ data, id }) =>
    process.nextTick(() => done.push(id === undefined ? data : [...data, id])),
  );
  wire.on('data', packet => decoder.add(packet));
  const stop = interceptDraws(wire, draw => done.push(draw));
  const say = (...packets: string[]) => {
    for (const packet of packets) wire.emit('data', packet);
  };
  const turn = () => new Promise(resolve => setImmediate(resolve));
  return { done, say, stop, turn, closed: () => closed };
}

test('a draw is handled as it arrives, whatever its payload', () => {
  const { done, say } = setUp();
  say('2["draw",{"seq":1}]', '2["draw",null]', '2["draw","ink",7]');
  expect(done).toEqual([{ seq: 1 }, null, 'ink']);
});

test('[A5] a draw that follows another event is handled after it', async () => {
  const { done, say, turn } = setUp();
  say('2["draw",1]', '20["finish",2]', '2["draw",3]', '21["redraw",4]', '2["draw",5]');
  await turn();
  say('2["draw",6]');
  expect(done).toEqual([1, ['finish', 2, 0], 3, ['redraw', 4, 1], 5, 6]);
});

test('a draw that asks for an ack goes through Socket.IO', async () => {
  const { done, say, turn } = setUp();
  say('27["draw",{"seq":1}]');
  await turn();
  expect(done).toEqual([['draw', { seq: 1 }, 7]]);
});

test('[S7] a draw that is no JSON closes its connection, and nothing is handled after the end', () => {
  const { done, say, stop, closed } = setUp();
  say('2["draw",{');
  expect(closed()).toBe(true);
  stop();
  say('2["draw",1]');
  expect(done).toEqual([]);
});
