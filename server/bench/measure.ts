import { ask, forkChild } from './child.ts';
import { type CpuUse, cpuBetween, readCpu } from './cpu.ts';
import { type Disturbance, disturbance } from './disturbance.ts';
import type { LoadPlan, LoadReport } from './load-messages.ts';
import { say, waitWithBar } from './progress.ts';
import { refusedBy } from './refused.ts';
import { type ServerChoice, serverUnderTest } from './server-under-test.ts';

export interface MeasureParts extends ServerChoice {
  label: string;
  seconds: number;
  /** One load process each; `url` is filled in. */
  plans: readonly Omit<LoadPlan, 'url'>[];
}

export interface Measured extends Disturbance {
  reports: LoadReport[];
  /** Null where the operating system does not tell, or for a server that was there before. */
  cpu: { serverMs: number; mainMs: number; mainShare: number; loadShare: number } | null;
  /** Events and connections the server refused. */
  refused: number;
}

/** Rooms fill and code gets compiled before anything is counted. */
const warmUpMs = 2_000;
/** A load process this busy adds its own waiting to what it measures. */
const busyShare = 0.9;

/** Runs the plans against a server and says what they saw and what it cost. */
export async function measure({ label, seconds, plans, url, profile }: MeasureParts): Promise<Measured> {
  const server = await serverUnderTest({ url, profile });
  const loads = plans.map(() => forkChild('./load.ts'));
  try {
    say(`${label}: everybody joins ${server.url}`);
    await Promise.all(
      loads.map((load, i) => ask(load, { type: 'start', plan: { ...plans[i], url: server.url } })),
    );
    await pause(warmUpMs);
    const refusedBefore = await refusedBy(server.url);
    await Promise.all(loads.map(load => ask(load, { type: 'measure' })));
    const [before, fromMs] = [readCpu(), performance.now()];
    await waitWithBar(label, seconds);
    const [after, wallMs] = [readCpu(), performance.now() - fromMs];
    const reports = await Promise.all(loads.map(load => ask<LoadReport>(load, { type: 'finish' })));
    const use = server.pid !== null && before && after ? cpuBetween(before, after) : null;
    return {
      reports,
      cpu: use && cpuOf(use),
      refused: (await refusedBy(server.url)) - refusedBefore,
      ...disturbance(use),
    };

    function cpuOf(of: CpuUse) {
      const mainMs = of.ofProcess(server.pid ?? 0);
      const loadShare = Math.max(...loads.map(load => of.ofProcess(load.pid ?? 0))) / wallMs;
      if (loadShare > busyShare)
        say('The load process was busy all the time: its own waiting is in the times.');
      return { serverMs: of.ofTree(server.pid ?? 0), mainMs, mainShare: mainMs / wallMs, loadShare };
    }
  } finally {
    for (const load of loads) load.kill();
    await server.stop();
  }
}

const pause = (ms: number) => new Promise(done => setTimeout(done, ms));
