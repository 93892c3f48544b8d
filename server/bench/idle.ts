import { parseArgs } from 'node:util';
import { cpuBetween, readCpu } from './cpu.ts';
import { disturbance } from './disturbance.ts';
import { pause, withLoads } from './loads.ts';
import { readRssKb } from './memory.ts';
import { numberOption, peopleRange, secondsRange } from './options.ts';
import { waitWithBar } from './progress.ts';

export const idleUsage = 'idle [--people 2000] [--rooms 20] [--seconds 15]';

/** People who only have the page open: what each costs. */
export async function idle(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      people: { type: 'string', default: '2000' },
      rooms: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '15' },
    },
  });
  const people = numberOption('people', values.people, peopleRange);
  const rooms = numberOption('rooms', values.rooms, peopleRange);
  const seconds = numberOption('seconds', values.seconds, secondsRange);
  const loads = { label: `${people} idle people`, people: [{ ink: [] }] };

  return withLoads(loads, async ({ server, loads: [load] }) => {
    const pid = server.pid ?? 0;
    const emptyKb = readRssKb(pid);
    const viewers = Array.from({ length: people }, (_, i) => `bench-${i % rooms}`);
    await load.join({ viewers, ink: [] });
    await pause(5_000);
    const before = readCpu();
    const fullKb = readRssKb(pid);
    await waitWithBar(`${people} people do nothing`, seconds);
    const after = readCpu();
    const endKb = readRssKb(pid);
    const use = before && after && cpuBetween(before, after);
    return {
      people,
      rooms,
      seconds,
      rssPerPersonKb: emptyKb === null || fullKb === null ? null : (fullKb - emptyKb) / people,
      rssEndPerPersonKb: emptyKb === null || endKb === null ? null : (endKb - emptyKb) / people,
      cpuShare: use && use.ofProcess(pid) / (1000 * seconds),
      ...disturbance(use),
    };
  });
}
