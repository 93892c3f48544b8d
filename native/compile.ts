import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { MissingError } from './missing.ts';
import { isThere, run } from './run.ts';

const libraries = ['tensorflow_cc', 'tensorflow_framework'];

/** The first C++ compiler of this machine. Throws MissingError. */
export function findCompiler(): string {
  const found = ['c++', 'g++', 'clang++'].find(isThere);
  if (found === undefined)
    throw new MissingError(
      'A C++ compiler is missing: install one, on Debian and Ubuntu with `apt-get install g++`.',
    );
  return found;
}

/**
 * The addon from its two sources and the `tensorflow/` of an unpacked wheel, whose libraries move beside it. Node's
 * own interface does not change with its version, so neither does the addon.
 */
export function compile(compiler: string, { tree, unpacked }: { tree: string; unpacked: string }): void {
  const home = join(tree, 'node_modules/@tensorflow/tfjs-node');
  const [lib, out] = [join(home, 'deps/lib'), join(home, 'lib/napi-v8')];
  rmSync(lib, { recursive: true, force: true });
  for (const folder of [lib, out]) mkdirSync(folder, { recursive: true });
  for (const library of libraries) {
    renameSync(join(unpacked, 'tensorflow', `lib${library}.so.2`), join(lib, `lib${library}.so.2`));
    symlinkSync(`lib${library}.so.2`, join(lib, `lib${library}.so`));
  }
  const flags = ['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'];
  const includes = [
    join(tree, 'node_modules/node-api-headers/include'),
    join(unpacked, 'tensorflow/include'),
  ];
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map(name => join(home, 'binding', name));
  const addon = join(out, 'tfjs_binding.node');
  run(
    [
      compiler,
      ...flags,
      ...[home, ...includes].flatMap(folder => ['-isystem', folder]),
      ...sources,
      `-L${lib}`,
      ...libraries.map(library => `-l${library}`),
      '-Wl,-rpath,$ORIGIN/../../deps/lib',
      '-o',
      `${addon}.new`,
    ],
    { folder: tree, otherwise: 'The addon does not compile' },
  );
  cpSync(`${addon}.new`, addon);
  rmSync(`${addon}.new`);
}
