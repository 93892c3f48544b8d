import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from '../../training/engine/register-gradients.ts';
import type { DeviceKind } from './worker-messages.ts';

export async function setBackend(kind: DeviceKind): Promise<void> {
  if (!(await tf.setBackend(kind))) throw new Error('The backend did not start');
  await tf.ready();
  registerGradients();
}
