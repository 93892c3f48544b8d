import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package that becomes the native engine once TensorFlow's library is in it. npm installs it without one. */
export const nativeFolder = fileURLToPath(
  new URL('../../node_modules/@tensorflow/tfjs-node', import.meta.url),
);

/** Whether a library was put into the package; whether it works, only a process of its own finds out. */
export const hasLibrary = (folder: string): boolean => existsSync(join(folder, 'lib'));
