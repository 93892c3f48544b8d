import { parseArgs } from 'node:util';
import { inRoom, pause, withLoads } from '../load/load-pool.ts';
import { agesOf } from '../load/measure-viewers.ts';
import { readMetric } from '../load/server-metric.ts';
import { readInk } from '../people/ink.ts';
import { cpuBetween, readCpu } from '../system/cpu.ts';
import { watchMemory } from '../system/memory.ts';
import { disturbance } from '../system/noise.ts';
import { numberOption, peopleRange, secondsRange } from '../system/options.ts';
import { printLine, waitWithBar } from '../system/progress.ts';

export const usage =
  'stall [--readers 50] [--drawers 20] [--viewers 20] [--seconds 12] [--strokes FILE.jsonl] [--profile FOLDER]';

const pollMs = 50;
/** A client that is not disconnected within this time never will be. */
const maxWaitMs = 30_000;

/**
 * Stops the clients of a room with a signal; measures their cost for the server until it disconnects them, and how
 * others are affected.
 */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      readers: { type: 'string', default: '50' },
      drawers: { type: 'string', default: '20' },
      viewers: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '12' },
      strokes: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const readers = numberOption('readers', values.readers, peopleRange);
  const drawers = numberOption('drawers', values.drawers, peopleRange);
  const viewers = numberOption('viewers', values.viewers, peopleRange);
  const seconds = numberOption('seconds', values.seconds, secondsRange);
  const ink = await readInk(values.strokes);
  const room = 'bench';
  const people = [
    { drawers: inRoom(room, drawers), viewers: inRoom(room, viewers), ink },
    { viewers: inRoom(room, readers), ink },
  ];

  return withLoads(
    { label: 'stall', people, profile: values.profile, pinned: true },
    async ({ server, loads }) => {
      const [healthy, stalled] = loads;
      const before = readCpu();
      const memory = watchMemory(server.pid ?? 0);
      await healthy.measure();
      await waitWithBar('everybody reads', seconds);
      const calm = agesOf(await healthy.lap());
      const calmKb = memory.peakKb();

      const connected = await readMetric(server.url, 'inkling_connections');
      await healthy.measure();
      printLine(`${readers} readers stop`);
      process.kill(stalled.pid, 'SIGSTOP');
      const stoppedMs = performance.now();
      let cutOffS: number | null = null;
      while (cutOffS === null && performance.now() - stoppedMs < maxWaitMs) {
        await pause(pollMs);
        if ((await readMetric(server.url, 'inkling_connections')) <= connected - readers)
          cutOffS = (performance.now() - stoppedMs) / 1000;
      }
      await pause(Math.max(0, 1000 * seconds - (performance.now() - stoppedMs)));
      const disturbedAges = agesOf(await healthy.lap());
      const stalledKb = memory.peakKb();
      memory.stop();
      const after = readCpu();
      return {
        readers,
        drawers,
        viewers,
        seconds,
        rssPerReaderKb:
          stalledKb === null || calmKb === null ? null : Math.max(0, stalledKb - calmKb) / readers,
        cutOffS,
        healthyP99Ratio:
          calm.p99Ms === null || disturbedAges.p99Ms === null ? null : disturbedAges.p99Ms / calm.p99Ms,
        calmP99Ms: calm.p99Ms,
        healthyP99Ms: disturbedAges.p99Ms,
        rssMb: calmKb === null ? null : calmKb / 1024,
        ...disturbance(before && after && cpuBetween(before, after)),
      };
    },
  );
}
