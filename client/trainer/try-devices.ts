import type { Backend } from './backend.ts';
import { type Device, type DeviceKind, deviceKinds, type FromTrainer } from './worker-messages.ts';

/** A device that passed its self-test and was timed. */
export interface DeviceTrial extends Device {
  backend: Backend;
}

export interface Trials {
  avoid: readonly DeviceKind[];
  /** The fastest device as the page knows it from an earlier search. */
  known?: Device | undefined;
  start(kind: DeviceKind): Promise<Backend>;
  /** Rejects if the device computes wrong numbers. */
  test(kind: DeviceKind, backend: Backend): Promise<void>;
  /** Samples per second. */
  time(backend: Backend): Promise<number>;
  report(message: FromTrainer): void;
}

/**
 * Samples per second that WASM reaches on no processor: five times what it reaches on one of today's cores (LOG.md). A
 * card that is faster needs no comparison.
 */
export const farAhead = 10_000;

/** Tries devices until one is far ahead, and returns all that pass the self-test, fastest first. */
export async function tryDevices(trials: Trials): Promise<DeviceTrial[]> {
  const { avoid, known, start, test, time, report } = trials;
  const passed: DeviceTrial[] = [];
  const emulated: { kind: DeviceKind; backend: Backend }[] = [];

  async function attempt(kind: DeviceKind, run: () => Promise<void>) {
    report({ type: 'proving', kind });
    try {
      await run();
    } catch (error) {
      report({ type: 'unfit', kind, why: error instanceof Error ? error.message : String(error) });
    }
  }

  async function prove(kind: DeviceKind, backend: Backend) {
    await test(kind, backend);
    passed.push({ kind, name: backend.name, samplesPerSecond: await time(backend), backend });
  }

  if (known !== undefined && !avoid.includes(known.kind)) {
    await attempt(known.kind, async () => {
      const backend = await start(known.kind);
      await test(known.kind, backend);
      passed.push({ ...known, backend });
    });
    if (passed.length > 0) return passed;
  }
  const candidates = deviceKinds.filter(kind => !avoid.includes(kind) && kind !== known?.kind);
  for (const kind of candidates) {
    if (kind === 'cpu' || passed.some(({ samplesPerSecond }) => samplesPerSecond >= farAhead)) continue;
    await attempt(kind, async () => {
      const backend = await start(kind);
      if (backend.isSoftware) emulated.push({ kind, backend });
      else await prove(kind, backend);
    });
  }
  // Tries emulated cards only if no device passed: all of them are slower than WASM.
  for (const { kind, backend } of emulated) {
    if (passed.length === 0) await attempt(kind, () => prove(kind, backend));
  }
  if (passed.length === 0 && candidates.includes('cpu'))
    await attempt('cpu', async () => prove('cpu', await start('cpu')));
  return passed.sort((a, b) => b.samplesPerSecond - a.samplesPerSecond);
}
