import { randomUUID } from 'node:crypto';
import { Agent, get } from 'node:http';
import { maxPointsPerDraw, maxPointsPerDrawing, padUnits, tickMs } from '../../../shared/limits.ts';
import type { TestClient } from '../../testing/server.ts';
import { answerParent } from '../system/child-process.ts';
import type { Abuse, AbuseReport, ToAbusers } from './abuse-messages.ts';
import { join } from './connect.ts';
import { pause } from './load-pool.ts';

/** The process of clients that exceed their share. */

const room = 'bench-abuse';
const drawingsPerSession = 4;
const drawsPerDrawing = 9;
const drawsPerSecond = 150;
const finishedBig = 24;
const report: AbuseReport = { done: 0, refused: 0, megabytes: 0 };
let stopped = false;
const clients: TestClient[] = [];
const work: Promise<unknown>[] = [];

/** Points that jump across the pad: every segment crosses the whole raster. */
const zigzag = (points: number) =>
  Array.from({ length: points }, (_, i) => [
    i % 2 === 0 ? 0 : padUnits - 1,
    Math.floor((i * 613) % padUnits),
  ]).flat();
const stretch = zigzag(maxPointsPerDraw);

async function come(): Promise<TestClient> {
  const client = await join({ url, room });
  clients.push(client);
  return client;
}
let url = '';

function readOnce(path: string, agent: Agent, token?: string): Promise<void> {
  return new Promise(resolve => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const request = get(new URL(path, url), { agent, headers }, response => {
      response.on('data', (chunk: Buffer) => {
        report.megabytes += chunk.length / 1e6;
      });
      response.on('close', () => {
        report.done++;
        if (response.statusCode !== 200) report.refused++;
        resolve();
      });
    });
    request.on('error', () => resolve());
  });
}

async function read({ path, token }: Extract<Abuse, { kind: 'read' }>) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  while (!stopped) await readOnce(path, agent, token);
  agent.destroy();
}

/** Draws 9,216 points, one `draw` of 1,024 per stroke. */
function drawBig(client: TestClient): string {
  const drawing = randomUUID();
  for (let stroke = 0; stroke < drawsPerDrawing; stroke++)
    client.emit('draw', { drawing, seq: stroke, stroke, offset: 0, points: stretch });
  report.done += drawsPerDrawing;
  return drawing;
}

async function bigDrawings() {
  const client = await come();
  while (!stopped) {
    const drawings = Array.from({ length: drawingsPerSession }, () => drawBig(client));
    const appends = maxPointsPerDrawing - drawsPerDrawing * maxPointsPerDraw;
    for (let i = 0; i < appends && !stopped; i++) {
      await pause(tickMs);
      for (const drawing of drawings) {
        const seq = drawsPerDrawing + i;
        client.emit('draw', {
          drawing,
          seq,
          stroke: drawsPerDrawing,
          offset: i,
          points: zigzag(2).slice(0, 2),
        });
        report.done++;
      }
    }
    for (const drawing of drawings) client.emit('finish', { drawing }, () => {});
  }
}

async function bigDraws() {
  const client = await come();
  const startMs = performance.now();
  for (let sent = 0; !stopped; ) {
    const due = ((performance.now() - startMs) / 1000) * drawsPerSecond;
    while (sent < due) {
      const drawing = drawBig(client);
      client.emit('finish', { drawing }, ack => void (ack.ok || report.refused++));
      sent += drawsPerDrawing + 1;
    }
    await pause(tickMs);
  }
}

async function joins(perSecond: number) {
  while (!stopped) {
    const joining = join({ url, room }).then(
      client => {
        report.done++;
        client.emit('look', { page: 1 }, () => {});
        setTimeout(() => client.close(), 1_000);
      },
      () => void report.refused++,
    );
    work.push(joining);
    await pause(1000 / perSecond);
  }
}

/** Fills the wall with as many large finished drawings as it keeps. */
async function fillWall() {
  for (let i = 0; i < finishedBig; i++) {
    const client = await come();
    const drawing = drawBig(client);
    await client
      .timeout(5_000)
      .emitWithAck('finish', { drawing })
      .catch(() => {});
  }
}

async function begin(abuse: Abuse) {
  stopped = false;
  Object.assign(report, { done: 0, refused: 0, megabytes: 0 });
  const many = (count: number, one: () => Promise<void>) => {
    for (let i = 0; i < count; i++) work.push(one());
  };
  switch (abuse.kind) {
    case 'read':
      return many(abuse.connections, () => read(abuse));
    case 'big drawings':
      return many(abuse.sessions, bigDrawings);
    case 'big draws':
      return many(abuse.sessions, bigDraws);
    case 'joins':
      await fillWall();
      return many(1, () => joins(abuse.perSecond));
    default:
      return abuse satisfies never;
  }
}

async function stop(): Promise<AbuseReport> {
  stopped = true;
  await Promise.all(work.splice(0));
  for (const client of clients.splice(0)) client.close();
  return report;
}

answerParent<ToAbusers>(async message => {
  if (message.type === 'stop') return stop();
  url = message.url;
  return begin(message.abuse);
});
