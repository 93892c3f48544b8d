import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MissingError } from './missing-error.ts';
import { isInstalled, run } from './run-program.ts';

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
 * Compiles the addon of the package in `folder` from its two sources and the `tensorflow/` of an unpacked wheel, and moves
 * the wheel's libraries beside it. Node-API is stable across Node versions, so the addon is too.
 */
export async function compile(
  compiler: string,
  { folder: packageFolder, unpacked }: { folder: string; unpacked: string },
): Promise<void> {
  const [lib, out] = [join(packageFolder, 'deps/lib'), join(packageFolder, 'lib/napi-v8')];
  for (const directory of [lib, out]) mkdirSync(directory, { recursive: true });
  for (const library of libraries) {
    renameSync(join(unpacked, 'tensorflow', `lib${library}.so.2`), join(lib, `lib${library}.so.2`));
    symlinkSync(`lib${library}.so.2`, join(lib, `lib${library}.so`));
  }
  const flags = ['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'];
  const includes = [
    fileURLToPath(new URL('../../node_modules/node-api-headers/include', import.meta.url)),
    join(unpacked, 'tensorflow/include'),
  ];
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map(name => join(packageFolder, 'binding', name));
  await run(
    [
      compiler,
      ...flags,
      ...[packageFolder, ...includes].flatMap(path => ['-isystem', path]),
      ...sources,
      `-L${lib}`,
      ...libraries.map(library => `-l${library}`),
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      '-o',
      join(out, 'tfjs_binding.node'),
    ],
    { folder: packageFolder, failure: 'The addon does not compile' },
  );
}
