import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package of the native engine. npm installs it without TensorFlow's library. */
export const nativeFolder = fileURLToPath(
  new URL('../../node_modules/@tensorflow/tfjs-node', import.meta.url),
);

/** Whether the package has a library. Only a child process can test whether it works. */
export const hasLibrary = (folder: string): boolean => existsSync(join(folder, 'lib'));
