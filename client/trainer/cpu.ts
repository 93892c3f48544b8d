import '@tensorflow/tfjs-backend-cpu';
import { type Backend, lasting } from './backend.ts';
import { use } from './use.ts';

export async function startPlain(): Promise<Backend> {
  await use('cpu');
  return { name: 'plain JavaScript', ...lasting };
}
