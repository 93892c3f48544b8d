import {
  type BenchmarkLimits,
  type BenchmarkResult,
  benchmarkEngine,
  type EngineSpeed,
} from './benchmark-engine.ts';
import type { Engine } from './engine.ts';
import { hasLibrary } from './native-folder.ts';

export type EngineSetting = 'auto' | Engine;

/** The engine of each job, and in words why. */
export interface EngineChoice {
  serving: Engine;
  training: Engine;
  why: string;
}

/** A process of TensorFlow takes several times the memory of one of WASM: that much faster it has to be. */
const worthIt = 1.15;
/** It starts in half a second and is timed in one: patience for a busy machine, and a server that starts within ten. */
const limits: BenchmarkLimits = { bootMs: 10_000, startMs: 7_000, timingMs: 3_000 };

type Prove = (engine: Engine) => Promise<BenchmarkResult>;

/**
 * The engines to use under `setting`, when `folder` is the package of the native one. What is installed is tried in a process of its own first; whatever is wrong with it, WASM serves and trains. Never rejects.
 */
export async function chooseEngine(
  { setting, folder }: { setting: EngineSetting; folder: string },
  prove: Prove = engine =>
    benchmarkEngine({ engine, threads: 1, folder }, setting === 'auto' ? limits : { ...limits, timingMs: 0 }),
): Promise<EngineChoice> {
  if (setting === 'wasm') return both('wasm', 'as set');
  if (!hasLibrary(folder)) return both('wasm', 'tfjs-node is not installed');
  const measured = setting === 'auto';
  // Side by side: neither has the machine to itself.
  const [native, wasm] = await Promise.all([prove('tfjs-node'), measured ? prove('wasm') : undefined]);
  if (!native.ok) return both('wasm', `tfjs-node cannot be used: ${native.why}`);
  if (wasm === undefined) return both('tfjs-node', 'as set');
  if (!wasm.ok) return both('tfjs-node', `wasm cannot be used: ${wasm.why}`);
  if (native.speed === null || wasm.speed === null)
    return { serving: 'wasm', training: 'tfjs-node', why: 'too busy to measure' };
  return fastest(wasm.speed, native.speed);
}

function fastest(wasm: EngineSpeed, native: EngineSpeed): EngineChoice {
  const pick = (job: keyof EngineSpeed): Engine => (native[job] > worthIt * wasm[job] ? 'tfjs-node' : 'wasm');
  const figures = (job: keyof EngineSpeed) => `${Math.round(wasm[job])} and ${Math.round(native[job])}`;
  return {
    serving: pick('images'),
    training: pick('samples'),
    why: `wasm and tfjs-node read ${figures('images')} a second, learn ${figures('samples')}`,
  };
}

const both = (engine: Engine, why: string): EngineChoice => ({ serving: engine, training: engine, why });
