import * as tf from '@tensorflow/tfjs-core';
import { selfTest, selfTestCompute } from '../../training/engine/backend-check.ts';
import { trainingSpeed } from '../../training/learn/training-speed.ts';
import type { Backend } from './backend.ts';
import { startBackend } from './backend-starters.ts';
import { type Device, type DeviceKind, deviceKinds, type FromTrainer } from './worker-messages.ts';

/** A device that passed its self-test and was timed. */
export interface DeviceTrial extends Device {
  backend: Backend;
}

export interface DeviceSearch {
  avoid: readonly DeviceKind[];
  /** Training time on each device. */
  timeMs: number;
  tell(message: FromTrainer): void;
}

/** The only place that chooses a browser's backend. Returns all that pass the self-test; the fastest is first, and set. */
export async function chooseDevices({ avoid, timeMs, tell }: DeviceSearch): Promise<DeviceTrial[]> {
  const proven: DeviceTrial[] = [];
  const played: { kind: DeviceKind; backend: Backend }[] = [];
  async function attempt(kind: DeviceKind, prove: () => Promise<DeviceTrial | undefined>) {
    tell({ type: 'proving', kind });
    try {
      const one = await prove();
      if (one !== undefined) proven.push(one);
    } catch (error) {
      tell({ type: 'unfit', kind, why: error instanceof Error ? error.message : String(error) });
    }
  }

  const candidates = deviceKinds.filter(kind => !avoid.includes(kind));
  for (const kind of candidates.filter(each => each !== 'cpu')) {
    await attempt(kind, async () => {
      const backend = await startBackend[kind]();
      if (!backend.isSoftware) return prove(kind, { backend, timeMs });
      played.push({ kind, backend });
      return undefined;
    });
  }
  // Tries emulated cards only if no device passed: all of them are a hundred times slower than WASM.
  for (const { kind, backend } of played) {
    if (proven.length === 0) await attempt(kind, () => prove(kind, { backend, timeMs }));
  }
  if (proven.length === 0 && candidates.includes('cpu')) {
    await attempt('cpu', async () => prove('cpu', { backend: await startBackend.cpu(), timeMs }));
  }
  proven.sort((a, b) => b.samplesPerSecond - a.samplesPerSecond);
  const [fastest] = proven;
  if (fastest !== undefined) await tf.setBackend(fastest.kind);
  for (const { kind } of [...proven, ...played]) if (kind !== fastest?.kind) tf.removeBackend(kind);
  return proven;
}

type Trial = { backend: Backend; timeMs: number };

async function prove(kind: DeviceKind, { backend, timeMs }: Trial): Promise<DeviceTrial> {
  await tf.setBackend(kind);
  const { compute } = backend;
  await (compute ? selfTestCompute(compute) : selfTest());
  return {
    kind,
    name: backend.name,
    samplesPerSecond: await trainingSpeed({
      timeMs,
      now: () => performance.now(),
      startSteps: compute?.startSteps,
    }),
    backend,
  };
}
