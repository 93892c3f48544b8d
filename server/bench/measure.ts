import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../../training/command.ts';
import { startServer, temporaryFolder } from '../test-server.ts';
import { ask, forkChild } from './child.ts';
import { type CpuUse, cpuBetween, readCpu } from './cpu.ts';
import { type Disturbance, disturbance } from './disturbance.ts';
import type { LoadPlan, LoadReport } from './load-messages.ts';
import { say, waitWithBar } from './progress.ts';
import { refusedBy } from './refused.ts';

export interface MeasureParts {
  label: string;
  seconds: number;
  /** One load process each; `url` is filled in. */
  plans: readonly Omit<LoadPlan, 'url'>[];
  /** A server already running; its CPU is not ours to see. */
  url?: string;
  /** A folder for CPU profiles of the server's processes. */
  profile?: string;
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
  const server = url === undefined ? await ownServer(profile) : await runningServer(url);
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

async function ownServer(profile?: string) {
  const data = temporaryFolder();
  const settings: Record<string, string> = { DATA_DIR: data.folder };
  if (profile !== undefined) {
    mkdirSync(profile, { recursive: true });
    settings.NODE_OPTIONS = `--cpu-prof --cpu-prof-dir=${resolve(profile)}`;
  }
  say('Starting a server');
  const { url, pid, stop } = await startServer(settings);
  // A bench that is interrupted leaves nothing behind.
  const abort = () => {
    void stop('SIGKILL');
    data.remove();
  };
  process.once('exit', abort);
  return {
    url,
    pid,
    async stop() {
      process.off('exit', abort);
      await stop();
      data.remove();
    },
  };
}

async function runningServer(url: string) {
  if (!URL.canParse(url)) throw new UsageError(`The option --url is ${JSON.stringify(url)}, not an address.`);
  const ready = await fetch(new URL('/readyz', url)).then(
    answer => answer.ok,
    () => false,
  );
  if (!ready) throw new UsageError(`No Inkling server is ready at ${url}.`);
  return { url, pid: null, async stop() {} };
}

const pause = (ms: number) => new Promise(done => setTimeout(done, ms));
