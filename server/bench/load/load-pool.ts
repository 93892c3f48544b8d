import { ask, forkChild } from '../system/child-process.ts';
import { pinServer } from '../system/cpu-affinity.ts';
import { printLine } from '../system/progress.ts';
import { type ServerChoice, type ServerUnderTest, serverUnderTest } from '../system/server-under-test.ts';
import type { LoadPlan, LoadReport, ToLoad } from './load-messages.ts';

/** A load process whose people are in their rooms. */
export interface Load {
  pid: number;
  /** More people join. */
  join(people: People): Promise<void>;
  /** Counts from now on. */
  measure(): Promise<void>;
  /** What was counted so far. */
  lap(): Promise<LoadReport>;
  /** Stops everybody and says what was counted. */
  finish(): Promise<LoadReport>;
}

/** What a bench says of its people; the rest is nobody, at a pen's speed. */
export type People = Partial<Omit<LoadPlan, 'url' | 'ink'>> & Pick<LoadPlan, 'ink'>;

export interface LoadsParts extends ServerChoice {
  label: string;
  /** One load process each. */
  people: readonly People[];
  /** The server's process has a core for itself. */
  pinned?: true;
  warmUpMs?: number;
}

export interface LoadedServer {
  server: ServerUnderTest;
  loads: Load[];
}

/** Rooms fill and code gets compiled before anything is counted. */
const usualWarmUpMs = 3_000;
const pointsPerSecond = 60;
const pointsPerUpdate = 2; // a 60 Hz pen on a page that sends every other video frame
export const penPace = (rate = pointsPerSecond) => ({
  updatesPerSecond: rate / pointsPerUpdate,
  pointsPerSecond: rate,
});

const nobody = { drawers: [], viewers: [], resting: [], drawersWatch: false, deaf: false, pace: penPace() };

/** A server and its people for as long as `act` takes. */
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

/** As many people of one room. */
export const inRoom = (room: string, count: number): string[] => Array.from({ length: count }, () => room);
