import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineStart } from './engine.ts';
import { toArguments } from './engine-arguments.ts';
import { type ProcessUsage, readProcessUsage } from './process-usage.ts';

/** Throughput of an engine per second of one core. */
export interface EngineSpeed {
  /** Predicted, in equally many batches of 1, 2, 4 and 8. */
  images: number;
  /** Trained on. */
  samples: number;
}

/** Of an engine that passes its self-test: its speed, or null if timing took too long. Else the reason to reject it. */
export type BenchmarkResult = { ok: true; speed: EngineSpeed | null } | { ok: false; why: string };

/** Messages of the worker: 'here' before it starts the engine, then results. */
export type FromBenchmark = 'here' | BenchmarkResult;

/** Time limits: for 'here', for the start of the engine (then it counts as hanging), and for timing (then it is skipped). */
export interface BenchmarkLimits {
  bootMs: number;
  startMs: number;
  timingMs: number;
}

/** Starting takes half a second of a core: a process that has used this much is in an endless loop. */
const maxCpuMs = 5_000;
/** A machine slower than this gains nothing from another engine. */
const maxStartMs = 60_000;

/** Starts the engine in a child process, runs its self-test and times it. Never rejects. */
export function benchmarkEngine(
  start: EngineStart,
  { bootMs, startMs, timingMs }: BenchmarkLimits,
): Promise<BenchmarkResult> {
  return new Promise(resolve => {
    const file = fileURLToPath(new URL('./benchmark-worker.ts', import.meta.url));
    const child = fork(file, toArguments(start), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    let deadline = setTimeout(finish, bootMs, { ok: false, why: 'this machine is too busy to try it' });
    function finish(result: BenchmarkResult) {
      clearTimeout(deadline);
      child.kill('SIGKILL');
      resolve(result);
    }
    /** On a busy machine, loading a library of 800 MB is slow but not a hang: CPU time or page faults still grow. */
    function watch(sinceMs: number, before: ProcessUsage | null) {
      deadline = setTimeout(() => {
        const now = readProcessUsage(child.pid);
        const silentMs = performance.now() - sinceMs;
        if (silentMs < startMs || (silentMs < maxStartMs && isProgressing(before, now))) watch(sinceMs, now);
        else finish({ ok: false, why: `it did not respond for ${Math.round(silentMs / 1000)} s` });
      }, startMs / 2);
    }
    child.on('message', (message: FromBenchmark) => {
      clearTimeout(deadline);
      if (message === 'here') watch(performance.now(), null);
      else if (message.ok && message.speed === null) deadline = setTimeout(finish, timingMs, message);
      else finish(message);
    });
    child.on('error', error => finish({ ok: false, why: error.message }));
    // 'exit' may come before the process's last message; 'close' comes after it.
    child.on('close', (code, signal) =>
      finish({ ok: false, why: `its process ended with ${signal ?? `exit code ${code}`}` }),
    );
  });
}

function isProgressing(before: ProcessUsage | null, now: ProcessUsage | null): boolean {
  if (before === null || now === null || now.cpuMs > maxCpuMs) return false;
  return now.cpuMs > before.cpuMs || now.faults > before.faults;
}
