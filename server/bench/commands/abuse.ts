import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { maxPointsPerDraw, padUnits } from '../../../shared/limits.ts';
import type { Abuse, AbuseReport, ToAbusers } from '../load/abuse-messages.ts';
import { type Load, type LoadedServer, pause, withLoads } from '../load/load-pool.ts';
import { readInk } from '../people/ink.ts';
import type { Drawn } from '../people/population.ts';
import { labelAll } from '../quality/send-labels.ts';
import { ask, forkChild } from '../system/child-process.ts';
import { cpuBetween, readCpu } from '../system/cpu.ts';
import { watchMemory } from '../system/memory.ts';
import { disturbance } from '../system/noise.ts';
import { numberOption, peopleRange, secondsRange } from '../system/options.ts';
import { percentiles } from '../system/percentiles.ts';
import { printLine, waitWithBar } from '../system/progress.ts';

export const usage =
  'abuse [--drawers 20] [--connections 8] [--labels 120] [--seconds 8] [--only KIND] [--strokes FILE.jsonl] [--profile FOLDER]';

const peoplePerRoom = 10;
const pace = { updatesPerSecond: 20, pointsPerSecond: 50 };
/** One labelled drawing in this many is a large one. */
const bigEvery = 12;
/** Time for the server to answer earlier requests and free their memory. */
const restMs = 2_000;

/** How clients that read or draw large drawings, or join repeatedly, affect everybody else. */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      drawers: { type: 'string', default: '20' },
      connections: { type: 'string', default: '8' },
      labels: { type: 'string', default: '120' },
      seconds: { type: 'string', default: '8' },
      only: { type: 'string' },
      strokes: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const drawers = numberOption('drawers', values.drawers, peopleRange);
  const connections = numberOption('connections', values.connections, peopleRange);
  const labels = numberOption('labels', values.labels, peopleRange);
  const seconds = numberOption('seconds', values.seconds, secondsRange);
  const ink = await readInk(values.strokes);
  const rooms = Array.from({ length: drawers }, (_, i) => `bench-${Math.floor(i / peoplePerRoom)}`);
  const token = randomUUID();
  const loads = {
    label: `${drawers} drawers`,
    people: [{ drawers: rooms, ink, pace }],
    profile: values.profile,
    settings: { ADMIN_TOKEN: token },
  };

  return withLoads(loads, async ({ server, loads: [load] }) => {
    await labelAll({ url: server.url, room: 'lobby' }, drawnBy(labels, ink));
    const version = await championOf(server.url);
    const read = (path: string, as?: string): Abuse => ({ kind: 'read', path, connections, token: as });
    const kinds: Record<string, Abuse> = {
      weights: read(`/api/models/${version}/weights`),
      samples: read('/api/samples?limit=100'),
      packs: read('/api/training/pack'),
      exports: read('/api/export', token),
      bigDrawings: { kind: 'big drawings', sessions: 5 },
      bigDraws: { kind: 'big draws', sessions: 10 },
      joins: { kind: 'joins', perSecond: 20 },
    };
    const before = readCpu();
    await pause(restMs);
    const calm = await measureOthers({ server, load, seconds, label: 'nobody abuses the server' });
    const figures: Record<string, object> = {};
    for (const [name, what] of Object.entries(kinds)) {
      if (values.only !== undefined && values.only !== name) continue;
      const meanwhile = await whileAbused({ server, load, seconds, label: name, what });
      figures[name] = {
        ...meanwhile,
        p50Ratio: ratio(meanwhile.p50Ms, calm.p50Ms),
        p99Ratio: ratio(meanwhile.p99Ms, calm.p99Ms),
      };
    }
    const after = readCpu();
    return {
      drawers,
      connections,
      labels,
      seconds,
      calm,
      ...figures,
      ...disturbance(before && after && cpuBetween(before, after)),
    };
  });
}

interface Measuring {
  server: LoadedServer['server'];
  load: Load;
  seconds: number;
  label: string;
}

async function measureOthers({ server, load, seconds, label }: Measuring) {
  const memory = watchMemory(server.pid ?? 0);
  await load.measure();
  await waitWithBar(label, seconds);
  const { answeredMs, updates } = await load.lap();
  const rssKb = memory.peakKb();
  memory.stop();
  const [p50Ms, p99Ms] = percentiles(answeredMs, [0.5, 0.99]);
  return {
    p50Ms,
    p99Ms,
    answeredShare: answeredMs.length / updates,
    rssMb: rssKb === null ? null : rssKb / 1024,
  };
}

async function whileAbused({ what, ...measuring }: Measuring & { what: Abuse }) {
  const abusers = forkChild(new URL('../load/abuse-worker.ts', import.meta.url));
  try {
    await ask<void>(abusers, { type: 'begin', url: measuring.server.url, abuse: what } satisfies ToAbusers);
    const others = await measureOthers(measuring);
    const report = await ask<AbuseReport>(abusers, { type: 'stop' } satisfies ToAbusers);
    printLine(`${measuring.label}: p50 ${others.p50Ms} ms, p99 ${others.p99Ms} ms`);
    return { ...others, ...report };
  } finally {
    abusers.kill('SIGKILL');
    await pause(restMs);
  }
}

const ratio = (meanwhile: number | null, calm: number | null) =>
  meanwhile === null || calm === null ? null : meanwhile / calm;

/** Labelled drawings for the readers; some have the maximum size. */
function drawnBy(labels: number, ink: readonly number[][][]): Drawn[] {
  const big = Array.from({ length: 9 }, (_, stroke) =>
    Array.from({ length: maxPointsPerDraw }, (_, i) => [
      i % 2 === 0 ? 0 : padUnits - 1,
      (stroke + i * 613) % padUnits,
    ]).flat(),
  );
  return Array.from({ length: labels }, (_, i) => ({
    writer: `${Math.floor(i / bigEvery)}`,
    digit: i % 10,
    ink: i % bigEvery === 0 ? big : ink[i % ink.length],
  }));
}

async function championOf(url: string): Promise<string> {
  const list: { champion: string } = JSON.parse(await (await fetch(`${url}/api/models`)).text());
  return list.champion;
}
