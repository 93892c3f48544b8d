import '@tensorflow/tfjs-backend-cpu';
import { type Backend, lasting } from './backend.ts';
import { setBackend } from './set-backend.ts';

export async function startCpu(): Promise<Backend> {
  await setBackend('cpu');
  return { name: 'JavaScript', ...lasting };
}
