import * as tf from '@tensorflow/tfjs-core';
import { selfTest, selfTestCompute } from '../../training/engine/backend-check.ts';
import { trainingSpeed } from '../../training/learn/training-speed.ts';
import { startBackend } from './backend-starters.ts';
import { type DeviceTrial, type Trials, tryDevices } from './try-devices.ts';
import { deviceKinds } from './worker-messages.ts';

export interface DeviceSearch extends Pick<Trials, 'avoid' | 'known' | 'report'> {
  /** Training time on each device. */
  timeMs: number;
}

/** The only place that chooses a browser's backend. Returns all that pass the self-test; the fastest is first, and set. */
export async function chooseDevices({ timeMs, ...search }: DeviceSearch): Promise<DeviceTrial[]> {
  const passed = await tryDevices({
    ...search,
    start: kind => startBackend[kind](),
    async test(kind, { compute }) {
      await tf.setBackend(kind);
      await (compute ? selfTestCompute(compute) : selfTest());
    },
    // A prepared step takes the same time each time.
    time: ({ compute }) =>
      trainingSpeed({
        timeMs: compute ? timeMs / 4 : timeMs,
        now: () => performance.now(),
        startSteps: compute?.startSteps,
      }),
  });
  const [fastest] = passed;
  if (fastest !== undefined) await tf.setBackend(fastest.kind);
  for (const kind of deviceKinds)
    if (kind !== fastest?.kind && tf.findBackend(kind) !== null) tf.removeBackend(kind);
  return passed;
}
