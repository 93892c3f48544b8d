import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MissingError } from './missing.ts';
import { isInstalled, run } from './run.ts';

const libraries = ['tensorflow_cc', 'tensorflow_framework'];

/** The first C++ compiler of this machine. Throws MissingError. */
export function findCompiler(): string {
  const found = ['c++', 'g++', 'clang++'].find(isInstalled);
  if (found === undefined)
    throw new MissingError(
      'A C++ compiler is missing: install one, on Debian and Ubuntu with `apt-get install g++`.',
    );
  return found;
}

/**
 * Makes the addon of the package in `folder` from its two sources and the `tensorflow/` of an unpacked wheel, whose
 * libraries move beside it. Node's own interface does not change with its version, so neither does the addon.
 */
export async function compile(
  compiler: string,
  { folder: home, unpacked }: { folder: string; unpacked: string },
): Promise<void> {
  const [lib, out] = [join(home, 'deps/lib'), join(home, 'lib/napi-v8')];
  for (const made of [lib, out]) mkdirSync(made, { recursive: true });
  for (const library of libraries) {
    renameSync(join(unpacked, 'tensorflow', `lib${library}.so.2`), join(lib, `lib${library}.so.2`));
    symlinkSync(`lib${library}.so.2`, join(lib, `lib${library}.so`));
  }
  const flags = ['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'];
  const includes = [
    fileURLToPath(new URL('../../node_modules/node-api-headers/include', import.meta.url)),
    join(unpacked, 'tensorflow/include'),
  ];
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map(name => join(home, 'binding', name));
  await run(
    [
      compiler,
      ...flags,
      ...[home, ...includes].flatMap(path => ['-isystem', path]),
      ...sources,
      `-L${lib}`,
      ...libraries.map(library => `-l${library}`),
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      '-o',
      join(out, 'tfjs_binding.node'),
    ],
    { folder: home, failure: 'The addon does not compile' },
  );
}
