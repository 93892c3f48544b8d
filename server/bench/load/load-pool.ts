import { ask, forkChild } from '../system/child-process.ts';
import { pinServer } from '../system/cpu-affinity.ts';
import { printLine } from '../system/progress.ts';
import { type ServerChoice, type ServerUnderTest, serverUnderTest } from '../system/server-under-test.ts';
import type { LoadPlan, LoadReport, ToLoad } from './load-messages.ts';

/** A load process whose people have joined their rooms. */
export interface Load {
  pid: number;
  /** Adds people. */
  join(people: People): Promise<void>;
  /** Starts counting. */
  measure(): Promise<void>;
  /** Returns the counts so far. */
  lap(): Promise<LoadReport>;
  /** Stops everybody and returns the counts. */
  finish(): Promise<LoadReport>;
}

/** The people of a bench; omitted parts are empty, at the rate of a pen. */
export type People = Partial<Omit<LoadPlan, 'url' | 'ink'>> & Pick<LoadPlan, 'ink'>;

export interface LoadsParts extends ServerChoice {
  label: string;
  /** One entry per load process. */
  people: readonly People[];
  /** The server's process has a core of its own. */
  pinned?: true;
  warmUpMs?: number;
}

export interface LoadedServer {
  server: ServerUnderTest;
  loads: Load[];
}

/** Time for rooms to fill and for V8 to compile before counting. */
const usualWarmUpMs = 3_000;
const pointsPerSecond = 60;
const pointsPerUpdate = 2; // a 60 Hz pen on a page that sends every second video frame
export const penPace = (rate = pointsPerSecond) => ({
  updatesPerSecond: rate / pointsPerUpdate,
  pointsPerSecond: rate,
});

const nobody = { drawers: [], viewers: [], resting: [], drawersWatch: false, deaf: false, pace: penPace() };

/** Runs a server and its people while `act` runs. */
export async function withLoads<Result>(
  { label, people, pinned, warmUpMs = usualWarmUpMs, ...choice }: LoadsParts,
  act: (loaded: LoadedServer) => Promise<Result>,
): Promise<Result> {
  const server = await serverUnderTest(choice);
  if (pinned && server.pid !== null && !pinServer(server.pid))
    printLine('The server could not be given a core of its own.');
  const children = people.map(() => forkChild(new URL('./load-worker.ts', import.meta.url)));
  try {
    printLine(`${label}: everybody joins ${server.url}`);
    const loads = children.map((child, i) => ({
      pid: child.pid ?? 0,
      join: (joining: People) =>
        ask<void>(child, {
          type: 'start',
          plan: { ...nobody, url: server.url, seed: i + 1, ...joining },
        } satisfies ToLoad),
      measure: () => ask<void>(child, { type: 'measure' } satisfies ToLoad),
      lap: () => ask<LoadReport>(child, { type: 'lap' } satisfies ToLoad),
      finish: () => ask<LoadReport>(child, { type: 'finish' } satisfies ToLoad),
    }));
    await Promise.all(loads.map((load, i) => load.join(people[i])));
    await pause(warmUpMs);
    return await act({ server, loads });
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await server.stop();
  }
}

export const pause = (ms: number) => new Promise<void>(done => setTimeout(done, ms));

/** `count` entries of one room. */
export const inRoom = (room: string, count: number): string[] => Array.from({ length: count }, () => room);
