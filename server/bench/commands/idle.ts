import { parseArgs } from 'node:util';
import { withLoads } from '../load/load-pool.ts';
import { cpuBetween, readCpu } from '../system/cpu.ts';
import { stableRssKb } from '../system/memory.ts';
import { disturbance } from '../system/noise.ts';
import { numberOption, peopleRange, secondsRange } from '../system/options.ts';
import { waitWithBar } from '../system/progress.ts';

export const usage = 'idle [--people 2000] [--rooms 20] [--seconds 15]';

/** The server's one-time allocations happen for these people, before measuring. */
const firstPeople = 200;

/** Cost of a person who only has the page open. */
export async function run(args: string[]) {
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
    const arrive = (count: number) =>
      load.join({ viewers: Array.from({ length: count }, (_, i) => `bench-${i % rooms}`), ink: [] });
    await arrive(firstPeople);
    const emptyKb = await stableRssKb(pid);
    await arrive(people);
    const fullKb = await stableRssKb(pid);
    const before = readCpu();
    await waitWithBar(`${people} people do nothing`, seconds);
    const after = readCpu();
    const use = before && after && cpuBetween(before, after);
    return {
      people,
      rooms,
      seconds,
      rssPerPersonKb: emptyKb === null || fullKb === null ? null : (fullKb - emptyKb) / people,
      cpuShare: use && use.ofProcess(pid) / (1000 * seconds),
      ...disturbance(use),
    };
  });
}
