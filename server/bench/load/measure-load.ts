import { type CpuUse, cpuBetween, readCpu } from '../system/cpu.ts';
import { readRssKb } from '../system/memory.ts';
import { type Disturbance, disturbance } from '../system/noise.ts';
import { printLine, waitWithBar } from '../system/progress.ts';
import type { LoadReport } from './load-messages.ts';
import { type LoadedServer, type LoadsParts, withLoads } from './load-pool.ts';
import { readMetric } from './server-metric.ts';

export interface MeasureParts extends LoadsParts {
  seconds: number;
}

export interface Measured extends Disturbance {
  reports: LoadReport[];
  /** Null if the operating system does not report it, or for a server that was already running. */
  cpu: { serverMs: number; mainMs: number; mainShare: number; loadShare: number } | null;
  /** The server's main process, at the start and at the end. */
  rssMb: [number, number] | null;
  /** Events and connections the server refused. */
  refused: number;
}

/** The server's own counter, since its start. */
const refusedBy = (url: string) => readMetric(url, 'inkling_events_refused_total');

/** A load process above this share adds its own delay to the measured times. */
const busyShare = 0.9;

/** Runs people against a server; returns what they received and its cost. */
export function measure(parts: MeasureParts): Promise<Measured> {
  return withLoads(parts, loaded => measureLoads(parts, loaded));
}

async function measureLoads({ label, seconds }: MeasureParts, { server, loads }: LoadedServer) {
  const pid = server.pid ?? 0;
  const refusedBefore = await refusedBy(server.url);
  await Promise.all(loads.map(load => load.measure()));
  const [before, rssBefore, fromMs] = [readCpu(), readRssKb(pid), performance.now()];
  await waitWithBar(label, seconds);
  const [after, rssAfter, wallMs] = [readCpu(), readRssKb(pid), performance.now() - fromMs];
  const reports = await Promise.all(loads.map(load => load.finish()));
  const use = server.pid !== null && before && after ? cpuBetween(before, after) : null;

  function cpuOf(of: CpuUse) {
    const mainMs = of.ofProcess(pid);
    const loadShare = Math.max(...loads.map(load => of.ofProcess(load.pid))) / wallMs;
    if (loadShare > busyShare)
      printLine('The load process was saturated: its own delay is included in the times.');
    return { serverMs: of.ofTree(pid), mainMs, mainShare: mainMs / wallMs, loadShare };
  }

  const rssMb: Measured['rssMb'] =
    rssBefore === null || rssAfter === null ? null : [rssBefore / 1024, rssAfter / 1024];
  return {
    reports,
    cpu: use && cpuOf(use),
    rssMb,
    refused: (await refusedBy(server.url)) - refusedBefore,
    ...disturbance(use),
  };
}
