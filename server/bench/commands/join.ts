import { parseArgs } from 'node:util';
import type { Joined, ToJoiners } from '../load/join-messages.ts';
import { inRoom, withLoads } from '../load/load-pool.ts';
import { agesOf } from '../load/measure-viewers.ts';
import { readInk } from '../people/ink.ts';
import { ask, forkChild } from '../system/child-process.ts';
import { cpuBetween, readCpu } from '../system/cpu.ts';
import { disturbance } from '../system/noise.ts';
import { numberOption, peopleRange, rateRange, secondsRange } from '../system/options.ts';
import { percentiles } from '../system/percentiles.ts';
import { printLine, waitWithBar } from '../system/progress.ts';

export const usage =
  'join [--drawings 200] [--rate 20] [--drawers 20] [--seconds 10] [--strokes FILE.jsonl] [--url URL] [--profile FOLDER]';

/** People join a room full of drawings; measures what each receives, how soon, and how others are affected. */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      drawings: { type: 'string', default: '200' },
      rate: { type: 'string', default: '20' },
      drawers: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '10' },
      strokes: { type: 'string' },
      url: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const drawings = numberOption('drawings', values.drawings, peopleRange);
  const drawers = numberOption('drawers', values.drawers, peopleRange);
  const perSecond = numberOption('rate', values.rate, rateRange);
  const seconds = numberOption('seconds', values.seconds, secondsRange);
  const room = 'bench';
  const here = {
    resting: inRoom(room, drawings),
    drawers: inRoom(room, drawers),
    drawersWatch: true,
    ink: await readInk(values.strokes),
  };
  const { url, profile } = values;

  return withLoads(
    { label: 'join', people: [here], url, profile, pinned: true },
    async ({ server, loads }) => {
      const [load] = loads;
      const joiners = forkChild(new URL('../load/join-worker.ts', import.meta.url));
      const plan: ToJoiners = { url: server.url, room, perSecond, seconds };
      await ask<Joined>(joiners, { ...plan, seconds: 0 }); // starting a process would disturb the measurement as well
      const before = readCpu();
      await load.measure();
      await waitWithBar('nobody joins', seconds);
      const calm = agesOf(await load.lap());
      await load.measure();
      printLine(`${perSecond} people a second join for ${seconds} s`);
      const joined = await ask<Joined>(joiners, plan);
      const meanwhile = agesOf(await load.lap());
      const after = readCpu();
      joiners.kill();
      const [joinP50Ms, joinP95Ms] = percentiles(joined.tookMs, [0.5, 0.95]);
      const [maxBytes] = percentiles(joined.bytes, [1]);
      return {
        drawings,
        drawers,
        seconds,
        joined: joined.tookMs.length,
        refused: joined.refused,
        kbPerJoin: maxBytes === null ? null : maxBytes / 1024,
        joinP50Ms,
        joinP95Ms,
        othersP99Ratio: calm.p99Ms === null || meanwhile.p99Ms === null ? null : meanwhile.p99Ms / calm.p99Ms,
        calmP99Ms: calm.p99Ms,
        othersP99Ms: meanwhile.p99Ms,
        ...disturbance(before && after && cpuBetween(before, after)),
      };
    },
  );
}
