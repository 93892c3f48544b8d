import { randomUUID } from 'node:crypto';
import { createDrawThrottle } from '../../../shared/draw-throttle.ts';
import { createRandom, int } from '../../../shared/random.ts';
import { after } from '../../core/schedule.ts';
import type { TestClient } from '../../testing/server.ts';
import type { Ink } from '../people/ink.ts';
import { answerParent } from '../system/child-process.ts';
import { join } from './connect.ts';
import { createFrameTally } from './frame-tally.ts';
import { createGuessTally, lostAfterMs } from './guess-tally.ts';
import type { LoadPlan, LoadReport, ToLoad } from './load-messages.ts';
import { startDrawer } from './simulated-drawer.ts';

/** A load process: the drawing and watching people of a bench. */

const joiningAtOnce = 20; // people of a hall join gradually, not all at once
let phase: 'before' | 'measuring' | 'after' = 'before';
let disconnects = 0;
const measuring = () => phase === 'measuring';
const now = () => performance.now();
const guesses = createGuessTally(measuring, now);
const frames = createFrameTally(measuring, now);
const stops: (() => void)[] = [];
const watching = { onFrame: frames.received };

async function start({ url, drawers, viewers, resting, drawersWatch, deaf, ink, pace, seed }: LoadPlan) {
  const random = createRandom(seed);
  await inGroups(resting, async room =>
    rest(watched(await join({ url, room })), ink[int(random, ink.length)]),
  );
  await inGroups(viewers, async room => watched(await join({ url, room }, watching)));
  await inGroups(drawers, async room => {
    const draws = createDrawThrottle({ send: draw => client.emit('draw', draw), after });
    const client = watched(
      await join({ url, room }, { ...(drawersWatch && watching), ...(!deaf && { onPace: draws.setPace }) }),
    );
    client.on('guess', guesses.guessed);
    let next = int(random, ink.length);
    const stop = startDrawer({
      client,
      draws,
      nextInk: () => ink[next++ % ink.length],
      pace,
      firstMs: (random() * 1000) / pace.updatesPerSecond,
      drawing(edit) {
        guesses.sent(edit);
        if (viewers.length > 0 || drawersWatch) frames.sent(edit);
      },
    });
    stops.push(stop);
  });
}

function rest(client: TestClient, strokes: Ink) {
  return client.emitWithAck('redraw', { drawing: randomUUID(), seq: 1, strokes });
}

function watched(client: TestClient): TestClient {
  client.on('disconnect', () => disconnects++);
  return client;
}

async function inGroups(rooms: readonly string[], enter: (room: string) => Promise<unknown>) {
  for (let from = 0; from < rooms.length; from += joiningAtOnce) {
    await Promise.all(rooms.slice(from, from + joiningAtOnce).map(enter));
  }
}

async function finish(): Promise<LoadReport> {
  phase = 'after';
  for (const stop of stops) stop();
  const deadlineMs = now() + lostAfterMs;
  while (guesses.waiting() > 0 && now() < deadlineMs) await new Promise(resolve => setTimeout(resolve, 20));
  return report();
}

const report = (): LoadReport => ({ ...guesses.report(), ...frames.report(), disconnects });

answerParent<ToLoad>(async message => {
  switch (message.type) {
    case 'start':
      return start(message.plan);
    case 'measure':
      phase = 'measuring';
      disconnects = 0;
      guesses.restart();
      frames.restart();
      return;
    case 'lap':
      return report();
    case 'finish':
      return finish();
    default:
      message satisfies never;
  }
});
