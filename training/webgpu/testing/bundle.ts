import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** The code that runs in a page, of a file beside this one and all it imports. */
export async function bundleForPage(file: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      rollupOptions: { input: fileURLToPath(new URL(file, import.meta.url)) },
    },
  });
  for (const { output } of Array.isArray(built) ? built : 'output' in built ? [built] : []) {
    for (const part of output) if (part.type === 'chunk' && part.isEntry) return part.code;
  }
  throw new Error(`${file} cannot be bundled.`);
}
