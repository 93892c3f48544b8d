import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where `npm run native` puts the native engine. */
export const nativeFolder = fileURLToPath(new URL('../../native', import.meta.url));

export const hasNative = () => existsSync(join(nativeFolder, 'node_modules/@tensorflow/tfjs-node'));
