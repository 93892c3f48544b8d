import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineStart } from './engine.ts';
import { toArguments } from './engine-arguments.ts';
import { type ProcessUsage, readProcessUsage } from './process-usage.ts';

/** What an engine does in a second of a core. */
export interface EngineSpeed {
  /** Read in batches of 1, 2, 4 and 8, one of each. */
  images: number;
  /** Trained on. */
  samples: number;
}

/** An engine that computes what it should, timed when there was time for it; or why it is not to be used. */
export type BenchmarkResult = { ok: true; speed: EngineSpeed | null } | { ok: false; why: string };

/** What the process says: that it is there and about to start the engine, then what comes of it. */
export type FromBenchmark = 'here' | BenchmarkResult;

/** How long it may take to be there, to start before it counts as hanging, and to be timed before that is left. */
export interface BenchmarkLimits {
  bootMs: number;
  startMs: number;
  timingMs: number;
}

/** Starting takes half a second of a core: what has used this much runs in circles. */
const mostCpuMs = 5_000;
/** A machine that is so slow has no use for another engine. */
const mostStartMs = 60_000;

/** Starts the engine in a process of its own, has it compute what is known, and times it. Never rejects. */
export function benchmarkEngine(
  start: EngineStart,
  { bootMs, startMs, timingMs }: BenchmarkLimits,
): Promise<BenchmarkResult> {
  return new Promise(resolve => {
    const file = fileURLToPath(new URL('./benchmark-worker.ts', import.meta.url));
    const child = fork(file, toArguments(start), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    let deadline = setTimeout(settle, bootMs, { ok: false, why: 'this machine is too busy to try it' });
    function settle(proof: BenchmarkResult) {
      clearTimeout(deadline);
      child.kill('SIGKILL');
      resolve(proof);
    }
    /** On a busy machine a library of 800 MB is slow to load, which is not hanging: it gets somewhere meanwhile. */
    function watch(sinceMs: number, before: ProcessUsage | null) {
      deadline = setTimeout(() => {
        const now = readProcessUsage(child.pid);
        const silentMs = performance.now() - sinceMs;
        if (silentMs < startMs || (silentMs < mostStartMs && isAtWork(before, now))) watch(sinceMs, now);
        else settle({ ok: false, why: `it said nothing for ${Math.round(silentMs / 1000)} s` });
      }, startMs / 2);
    }
    child.on('message', (message: FromBenchmark) => {
      clearTimeout(deadline);
      if (message === 'here') watch(performance.now(), null);
      else if (message.ok && message.speed === null) deadline = setTimeout(settle, timingMs, message);
      else settle(message);
    });
    child.on('error', error => settle({ ok: false, why: error.message }));
    child.on('exit', (code, signal) =>
      settle({ ok: false, why: `its process ended with ${signal ?? `exit code ${code}`}` }),
    );
  });
}

function isAtWork(before: ProcessUsage | null, now: ProcessUsage | null): boolean {
  if (before === null || now === null || now.cpuMs > mostCpuMs) return false;
  return now.cpuMs > before.cpuMs || now.faults > before.faults;
}
