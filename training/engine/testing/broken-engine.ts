import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Broken native engines for tests. Most are shared objects that need a compiler. */

/** An addon for another Node: version 1 of the module interface. */
const otherAbi = `
extern void node_module_register(void *);
static struct { int version; unsigned flags; void *handle; const char *file; void *init, *context; const char *name; void *data, *next; }
  module = { 1, 0, 0, "binding.cc", 0, 0, "tfjs_binding", 0, 0 };
__attribute__((constructor)) static void load(void) { node_module_register(&module); }`;
const crash = `
extern void abort(void);
__attribute__((constructor)) static void load(void) { abort(); }`;
const hang = `
extern int pause(void);
__attribute__((constructor)) static void load(void) { for (;;) pause(); }`;
/** Runs for ten seconds and uses half a second of CPU. */
const slowThenCrash = `
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
__attribute__((constructor)) static void load(void) {
  for (int i = 0; i < 100; i++) {
    for (clock_t start = clock(); clock() - start < CLOCKS_PER_SEC / 200;);
    usleep(95000);
  }
  abort();
}`;
const needy = `extern int missing(void); int needs(void) { return missing(); }`;

type Build = (at: { folder: string; binding: string }) => void;

export const hasCompiler = spawnSync('cc', ['--version']).status === 0;

const compiled =
  (source: string, ...libraries: string[]): Build =>
  ({ binding }) =>
    void execFileSync('cc', ['-shared', '-fPIC', '-x', 'c', '-', '-o', binding, ...libraries], {
      input: source,
    });

/** `why` is the expected reason of the benchmark. */
export const broken: { what: string; needsCompiler: boolean; build: Build; why: RegExp }[] = [
  {
    what: 'without its addon',
    needsCompiler: false,
    build: () => {},
    why: /Cannot find module .*tfjs_binding\.node/,
  },
  {
    what: 'whose addon is no library',
    needsCompiler: false,
    build: ({ binding }) => writeFileSync(binding, 'garbage '.repeat(1000)),
    why: /tfjs_binding\.node: (invalid ELF header|file too short)|not a mach-o file|not a valid Win32/i,
  },
  {
    what: 'whose TensorFlow is missing',
    needsCompiler: true,
    build: ({ folder, binding }) => {
      const library = join(folder, 'libtensorflow.so');
      execFileSync('cc', ['-shared', '-fPIC', '-x', 'c', '-', '-o', library], {
        input: 'int missing(void) { return 0; }',
      });
      compiled(needy, `-L${folder}`, '-ltensorflow')({ folder, binding });
      rmSync(library);
    },
    why: /libtensorflow\.so: cannot open shared object file/,
  },
  {
    what: 'for the interface of another Node',
    needsCompiler: true,
    build: compiled(otherAbi),
    why: /compiled against a different Node\.js version/,
  },
  {
    what: 'that crashes while it is loaded',
    needsCompiler: true,
    build: compiled(crash),
    why: /its process ended with SIGABRT/,
  },
  {
    what: 'that hangs while it is loaded',
    needsCompiler: true,
    build: compiled(hang),
    why: /it did not respond for \d+ s/,
  },
];

/** Slow to load, as on a busy machine, but not hanging. */
export const slow: { build: Build; why: RegExp } = {
  build: compiled(slowThenCrash),
  why: /its process ended with SIGABRT/,
};

/** Builds the engine in a temporary folder. */
export function installBroken(build: Build): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-broken-'));
  const lib = join(folder, 'lib/napi-v8');
  mkdirSync(lib, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{}');
  build({ folder, binding: join(lib, 'tfjs_binding.node') });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
