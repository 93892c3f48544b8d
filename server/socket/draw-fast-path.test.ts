import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { interceptDraws, parser } from './draw-fast-path.ts';

/** A fake Socket.IO connection: the decoder sees each packet first and emits the decoded event one turn later. */
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
  const send = (...packets: string[]) => {
    for (const packet of packets) wire.emit('data', packet);
  };
  const turn = () => new Promise(resolve => setImmediate(resolve));
  return { done, send, stop, turn, closed: () => closed };
}

test('a draw is handled as it arrives, whatever its payload', () => {
  const { done, send } = setUp();
  send('2["draw",{"seq":1}]', '2["draw",null]', '2["draw","ink",7]');
  expect(done).toEqual([{ seq: 1 }, null, 'ink']);
});

test('[A5] a draw that follows another event is handled after it', async () => {
  const { done, send, turn } = setUp();
  send('2["draw",1]', '20["finish",2]', '2["draw",3]', '21["redraw",4]', '2["draw",5]');
  await turn();
  send('2["draw",6]');
  expect(done).toEqual([1, ['finish', 2, 0], 3, ['redraw', 4, 1], 5, 6]);
});

test('a draw that asks for an ack goes through Socket.IO', async () => {
  const { done, send, turn } = setUp();
  send('27["draw",{"seq":1}]');
  await turn();
  expect(done).toEqual([['draw', { seq: 1 }, 7]]);
});

test('[S7] a draw that is no JSON closes its connection, and nothing is handled after the end', () => {
  const { done, send, stop, closed } = setUp();
  send('2["draw",{');
  expect(closed()).toBe(true);
  stop();
  send('2["draw",1]');
  expect(done).toEqual([]);
});
