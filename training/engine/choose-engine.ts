import {
  type BenchmarkLimits,
  type BenchmarkResult,
  benchmarkEngine,
  type EngineSpeed,
} from './benchmark-engine.ts';
import type { Engine } from './engine.ts';
import { hasLibrary } from './native-folder.ts';

export type EngineSetting = 'auto' | Engine;

/** The engine of each job, and the reason. */
export interface EngineChoice {
  serving: Engine;
  training: Engine;
  why: string;
}

/** A TensorFlow process takes several times the memory of a WASM process, so it must be this much faster. */
const minSpeedup = 1.15;
/** An engine starts in half a second, timing takes one. The limits allow for a busy machine and a server start in ten. */
export const benchmarkLimits: BenchmarkLimits = { bootMs: 10_000, startMs: 7_000, timingMs: 3_000 };

type Benchmark = (engine: Engine) => Promise<BenchmarkResult>;

/**
 * Chooses the engines under `setting`; `folder` is the package of the native engine. Benchmarks an installed engine in a
 * child process first; if it fails in any way, WASM serves and trains. Never rejects.
 */
export async function chooseEngine(
  { setting, folder }: { setting: EngineSetting; folder: string },
  benchmark: Benchmark = engine =>
    benchmarkEngine(
      { engine, threads: 1, folder },
      setting === 'auto' ? benchmarkLimits : { ...benchmarkLimits, timingMs: 0 },
    ),
): Promise<EngineChoice> {
  if (setting === 'wasm') return both('wasm', 'as set');
  if (!hasLibrary(folder)) return both('wasm', 'tfjs-node is not installed');
  const measured = setting === 'auto';
  // Concurrent, so that both measurements see the same load.
  const [native, wasm] = await Promise.all([
    benchmark('tfjs-node'),
    measured ? benchmark('wasm') : undefined,
  ]);
  if (!native.ok) return both('wasm', `tfjs-node cannot be used: ${native.why}`);
  if (wasm === undefined) return both('tfjs-node', 'as set');
  if (!wasm.ok) return both('tfjs-node', `wasm cannot be used: ${wasm.why}`);
  if (native.speed === null || wasm.speed === null)
    return { serving: 'wasm', training: 'tfjs-node', why: 'too busy to measure' };
  return fastest(wasm.speed, native.speed);
}

function fastest(wasm: EngineSpeed, native: EngineSpeed): EngineChoice {
  const pick = (job: keyof EngineSpeed): Engine =>
    native[job] > minSpeedup * wasm[job] ? 'tfjs-node' : 'wasm';
  const figures = (job: keyof EngineSpeed) => `${Math.round(wasm[job])} and ${Math.round(native[job])}`;
  return {
    serving: pick('images'),
    training: pick('samples'),
    why: `wasm and tfjs-node read ${figures('images')} a second, learn ${figures('samples')}`,
  };
}

const both = (engine: Engine, why: string): EngineChoice => ({ serving: engine, training: engine, why });
