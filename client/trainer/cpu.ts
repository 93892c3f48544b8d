import '@tensorflow/tfjs-backend-cpu';
import { type Backend, lasting } from './backend.ts';
import { use } from './set-backend.ts';

export async function startPlain(): Promise<Backend> {
  await use('cpu');
  return { name: 'plain JavaScript', ...lasting };
}
