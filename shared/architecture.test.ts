import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** The structure of the tree as sentences. A failure lists the offending files. */

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = ['shared', 'training', 'db', 'server', 'client'];
const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...sources], { cwd: root })
  .toString()
  .split('\n');
const files = listed.filter(file => /\.(tsx?|mjs|cjs)$/.test(file) && existsSync(join(root, file)));
const isTest = (file: string) => /\.test\.tsx?$|\.spec\.ts$|\/(testing|bench|e2e)\//.test(file);
const product = files.filter(file => !isTest(file));

interface Import {
  from: string;
  /** A path from the root for the project's own files, else a package name. */
  what: string;
  typeOnly: boolean;
}

const importPattern =
  /^(?:import|export)\s+(type\s)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  return Array.from(text.matchAll(importPattern), ([, type, fixed, lazy]) => {
    const what = fixed ?? lazy;
    const path = what.startsWith('.') ? normalize(join(dirname(file), what)) : what;
    return { from: file, what: path, typeOnly: type !== undefined };
  });
}

const imports = product.flatMap(importsOf);
const folder = (path: string) => path.split('/')[0];
const importers = (of: (what: string) => boolean) => [
  ...new Set(imports.filter(({ what }) => of(what)).map(({ from }) => from)),
];
const containing = (pattern: RegExp) =>
  product.filter(file => pattern.test(readFileSync(join(root, file), 'utf8')));

/** Every file and package that running `entry` loads. */
function loadedBy(entry: string): Set<string> {
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    if (!files.includes(file)) return;
    for (const { what, typeOnly } of importsOf(file)) if (!typeOnly) visit(what);
  };
  visit(entry);
  return seen;
}

test('no folder holds more than twenty product files, and half of the files have less than eighty lines', () => {
  const counts = Map.groupBy(product, file => dirname(file));
  expect([...counts].filter(([, inside]) => inside.length > 20).map(([name]) => name)).toEqual([]);
  const lines = product.map(file => readFileSync(join(root, file), 'utf8').split('\n').length);
  expect(lines.sort((a, b) => a - b)[Math.floor(lines.length / 2)]).toBeLessThan(80);
});

describe('each folder imports only from lower ranks', () => {
  test.each([
    ['shared', ['shared']],
    ['training', ['training', 'shared']],
    ['db', ['db', 'shared']],
    ['server', ['server', 'shared', 'training', 'db']],
    ['client', ['client', 'shared', 'training']],
  ])('%s imports %j', (from, allowed) => {
    const ours = imports.filter(each => folder(each.from) === from && sources.includes(folder(each.what)));
    expect(ours.filter(each => !allowed.includes(folder(each.what)))).toEqual([]);
  });

  /** A folder imports only folders of earlier lines; `.` is the top folder itself. */
  const ranks: Record<string, readonly (readonly string[])[]> = {
    db: [['connection'], ['.']],
    training: [
      ['model'],
      ['glyphs'],
      ['dataset'],
      ['evaluation'],
      ['gate'],
      ['learn'],
      ['engine', 'red-team', 'webgpu'],
      ['native'],
      ['commands'],
    ],
    server: [
      ['core'],
      ['auth', 'rate-limit', 'process', 'network', 'setup'],
      ['drawing'],
      ['room', 'inference', 'job-workers'],
      ['cluster', 'socket', 'jobs'],
      ['http'],
      ['.'],
    ],
    client: [
      ['language'],
      ['css', 'net', 'browser'],
      ['pad'],
      ['models'],
      ['lab-models'],
      ['input', 'paint', 'trainer'],
      ['ui'],
      ['guide', 'lesson'],
      ['draw', 'lab', 'wall', 'room'],
      ['.'],
    ],
  };
  const subfolder = (path: string) => (path.split('/').length > 2 ? path.split('/')[1] : '.');

  test.each(Object.entries(ranks))('inside %s', (top, lines) => {
    const rankOf = (path: string) => lines.findIndex(line => line.includes(subfolder(path)));
    const inside = product.filter(file => folder(file) === top);
    expect(inside.filter(file => rankOf(file) < 0)).toEqual([]);
    const upwards = imports.filter(
      ({ from, what }) =>
        folder(from) === top &&
        folder(what) === top &&
        subfolder(from) !== subfolder(what) &&
        rankOf(what) >= rankOf(from),
    );
    expect(upwards).toEqual([]);
  });

  test('no files import each other in a circle, types included', () => {
    const importsOfFile = new Map<string, string[]>();
    for (const { from, what } of imports) importsOfFile.set(from, [...(importsOfFile.get(from) ?? []), what]);
    const isDone = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, way: readonly string[]) => {
      if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(' → '));
      if (way.includes(file) || isDone.has(file)) return;
      for (const next of importsOfFile.get(file) ?? []) visit(next, [...way, file]);
      isDone.add(file);
    };
    for (const file of product) visit(file, []);
    expect(circles).toEqual([]);
  });

  test('only the trainer worker of the client imports from training', () => {
    const reaching = imports.filter(
      ({ from, what }) => folder(from) === 'client' && folder(what) === 'training',
    );
    expect(reaching.filter(({ from }) => !from.includes('trainer'))).toEqual([]);
  });

  test('shared imports neither browser nor Node modules', () => {
    const shared = imports.filter(({ from }) => folder(from) === 'shared');
    expect(shared.filter(({ what }) => what.startsWith('node:'))).toEqual([]);
  });

  test('in client only the build imports Node modules', () => {
    const nodeFiles = importers(what => what.startsWith('node:')).filter(file => folder(file) === 'client');
    expect(nodeFiles).toEqual(['client/precompress.ts']);
    expect(importers(what => what === 'client/precompress.ts')).toEqual(['client/vite.config.ts']);
  });

  test('in training only commands, readers and engines import Node modules', () => {
    const nodeFiles = importers(what => what.startsWith('node:')).filter(file => folder(file) === 'training');
    expect(nodeFiles.sort()).toEqual([
      'training/commands/command-engine.ts',
      'training/commands/encode-png.ts',
      'training/commands/evaluate.ts',
      'training/commands/model-card.ts',
      'training/commands/pretrain.ts',
      'training/dataset/mnist.ts',
      'training/dataset/shipped-models.ts',
      'training/dataset/strokes-file.ts',
      'training/engine/benchmark-engine.ts',
      'training/engine/native-folder.ts',
      'training/engine/process-usage.ts',
      'training/engine/start-native.ts',
      'training/engine/wasm-path.ts',
      'training/native/build.ts',
      'training/native/compile.ts',
      'training/native/download.ts',
      'training/native/install.ts',
      'training/native/replace.ts',
      'training/native/run-program.ts',
      'training/native/wheel.ts',
    ]);
  });
});

describe('every edge has one owner', () => {
  test('in the page only client/net/connection.ts imports Socket.IO', () => {
    expect(importers(what => what === 'socket.io-client')).toEqual(['client/net/connection.ts']);
  });

  test('in the server only socket/io-server.ts imports Socket.IO; socket-types.ts imports its types', () => {
    expect(importers(what => what === 'socket.io')).toEqual([
      'server/socket/io-server.ts',
      'server/socket/socket-types.ts',
    ]);
  });

  test('only server/config.ts reads the environment, except set-up scripts that search for programs and the loader of the native library', () => {
    const readers = containing(/process\.env|loadEnvFile/);
    expect(readers.sort()).toEqual([
      'server/config.ts',
      'server/setup/packages.mjs',
      'server/setup/prepare-tests.mjs',
      'server/setup/prepare.mjs',
      'training/engine/start-native.ts',
      'training/native/download.ts',
    ]);
  });

  test('only db imports SQL drivers', () => {
    const drivers = /^(@?slonik|pg$|@electric-sql)/;
    expect(importers(what => drivers.test(what)).filter(file => folder(file) !== 'db')).toEqual([]);
    expect(
      containing(/\b(SELECT .+ FROM|INSERT INTO|UPDATE \w+ SET)\b/).filter(file => folder(file) !== 'db'),
    ).toEqual([]);
  });

  test('only client/input/pointer.ts listens to pointer events', () => {
    const listening = containing(/addEventListener\('pointer|onPointer(Down|Move|Up)/);
    expect(listening.filter(file => file !== 'client/input/pointer.ts')).toEqual([]);
  });
});

describe('heavy modules are loaded only where they are used', () => {
  const tensorflow = (file: string) => file.startsWith('@tensorflow/');

  test('the main server process never loads tfjs', () => {
    const loaded = [...loadedBy('server/main.ts')];
    expect(loaded.length).toBeGreaterThan(20);
    expect(loaded.filter(tensorflow)).toEqual([]);
  });

  test('native code is loaded only in processes of its own, never in a browser', () => {
    for (const entry of ['server/main.ts', 'client/trainer/worker.ts'])
      expect([...loadedBy(entry)]).not.toContain('training/engine/start-native.ts');
  });

  test('the page loads neither tfjs nor zod', () => {
    const loaded = [...loadedBy('client/main.tsx')];
    expect(loaded.length).toBeGreaterThan(20);
    expect(loaded.filter(file => tensorflow(file) || file === 'zod')).toEqual([]);
  });
});

describe('files are easy to find', () => {
  test('no file is a barrel of re-exports', () => {
    expect(files.filter(file => /(^|\/)index\.tsx?$/.test(file))).toEqual([]);
  });

  test('imports include the file extension', () => {
    const ours = imports.filter(({ what }) => sources.includes(folder(what)));
    expect(ours.filter(({ what }) => !/\.(tsx?|mjs|css|json|html|svg)(\?\w+)?$/.test(what))).toEqual([]);
  });
});

describe('CONTRIBUTING.md lists the files of two journeys', () => {
  const journeys = [
    { name: 'points', maxFiles: 12 },
    { name: 'digit', maxFiles: 18 },
  ];
  const contributing = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const events = readFileSync(join(root, 'shared/events.ts'), 'utf8');
  const importedBy = (file: string) => imports.filter(({ from }) => from === file).map(({ what }) => what);
  const isPage = (file: string) => folder(file) === 'client';

  /** The numbered items after the journey's heading: a file and, for the far end of a wire, the event that reaches it. */
  function itemsOf(name: string) {
    const section = contributing.split(/^#+ /m).find(text => text.startsWith(`\`${name}\``)) ?? '';
    const items = section.matchAll(/^\d+\. (?:`(\w+)` → )?\[[^\]]+\]\(([^)]+)\)/gm);
    return Array.from(items, ([, event, file]) => ({ event, file }));
  }

  /** One of both files imports the other, or does so by one file between, such as a file of types. Files of shared/ and the composition root link everything. */
  function isLinked(one: string, other: string): boolean {
    const [first, second] = [importedBy(one), importedBy(other)];
    if (first.includes(other) || second.includes(one)) return true;
    return first
      .filter(file => folder(file) !== 'shared' && file !== 'server/app.ts')
      .some(between => second.includes(between) || importedBy(between).includes(other));
  }

  test.each(journeys)('$name has at most $maxFiles files, and all of them exist', ({ name, maxFiles }) => {
    const listedFiles = itemsOf(name).map(({ file }) => file);
    expect(listedFiles.length).toBeGreaterThan(maxFiles / 2);
    expect(listedFiles.length).toBeLessThanOrEqual(maxFiles);
    expect(listedFiles.filter(file => !product.includes(file))).toEqual([]);
    expect(new Set(listedFiles).size).toBe(listedFiles.length);
  });

  test.each(journeys)(
    'each file of $name is linked to an earlier one by an import or by an event',
    ({ name }) => {
      const items = itemsOf(name);
      const loose = items.slice(1).filter(({ event, file }, i) => {
        const earlier = items.slice(0, i + 1).map(item => item.file);
        if (event === undefined)
          return !earlier.some(
            each => isPage(each) === isPage(file) && (isLinked(file, each) || isLinked(each, file)),
          );
        const named = new RegExp(`'${event}'`);
        const isNamed = named.test(readFileSync(join(root, file), 'utf8'));
        const comesFromAfar = containing(named).some(
          each => folder(each) !== 'shared' && isPage(each) !== isPage(file),
        );
        return !(isNamed && comesFromAfar && events.includes(`\n  ${event}: (`));
      });
      expect(loose).toEqual([]);
    },
  );
});
