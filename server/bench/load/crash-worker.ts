import { createDrawThrottle } from '../../../shared/draw-throttle.ts';
import type { Redraw } from '../../../shared/protocol.ts';
import { createRandom, int } from '../../../shared/random.ts';
import { after } from '../../core/schedule.ts';
import type { TestClient } from '../../testing/server.ts';
import { answerParent } from '../system/child-process.ts';
import { join } from './connect.ts';
import { roomOf, type ToWriters, type Written } from './crash-messages.ts';
import { penPace } from './load-pool.ts';
import { startDrawer } from './simulated-drawer.ts';

/** The people of the crash bench: each draws digits, labels them, and resends each label until its ack. */

const labelAckMs = 2_000;
const againMs = 250;
const acked = new Map<string, number>();
const stops: (() => void)[] = [];
const backMs: (number | null)[] = [];
let waiting = 0;
let killedMs = Number.POSITIVE_INFINITY;
const now = () => performance.now();
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

async function label(client: TestClient, whole: Redraw, digit: number) {
  waiting++;
  const { drawing } = whole;
  while (!acked.has(drawing)) {
    const answer = await client
      .timeout(labelAckMs)
      .emitWithAck('label', { drawing, digit })
      .catch(() => undefined);
    if (answer?.ok) acked.set(drawing, digit);
    // A server that lost the drawing needs its ink again.
    else if (answer?.reason === 'unknown_drawing')
      await client
        .timeout(labelAckMs)
        .emitWithAck('redraw', whole)
        .catch(() => undefined);
    else await pause(againMs);
  }
  waiting--;
}

async function start({ url, people, ink }: Extract<ToWriters, { type: 'start' }>) {
  const random = createRandom(1);
  for (let person = 0; person < people; person++) {
    const draws = createDrawThrottle({ send: draw => client.emit('draw', draw), after });
    const client = await join({ url, room: roomOf(person) }, { onPace: draws.setPace });
    let next = int(random, ink.length);
    backMs[person] = null;
    client.on('guess', () => {
      if (now() > killedMs && backMs[person] === null && client.connected) backMs[person] = now() - killedMs;
    });
    const stop = startDrawer({
      client,
      draws,
      nextInk: () => ink[next++ % ink.length],
      pace: penPace(),
      firstMs: random() * 100,
      drawing() {},
      done: whole => void label(client, whole, int(random, 10)),
    });
    stops.push(stop);
  }
}

async function finish(maxMs: number): Promise<Written> {
  const deadlineMs = now() + maxMs;
  while (backMs.includes(null) && now() < deadlineMs) await pause(againMs);
  for (const stop of stops) stop();
  while (waiting > 0 && now() < deadlineMs) await pause(againMs);
  return { acked: [...acked], backMs, unacked: waiting };
}

answerParent<ToWriters>(async message => {
  switch (message.type) {
    case 'start':
      return start(message);
    case 'killed':
      killedMs = now();
      return;
    case 'finish':
      return finish(message.maxMs);
    default:
      message satisfies never;
  }
});
