import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { hasLibrary, nativeFolder } from '../engine/native-folder.ts';
import { isRunning } from '../engine/testing/process.ts';
import { downloadEngine } from './download.ts';
import { replaceEngine } from './replace.ts';
import { run } from './run-program.ts';
import { unpackWheel } from './wheel.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
/** The packages of the native engine are optional. */
const installed = existsSync(nativeFolder);
const folder = mkdtempSync(join(tmpdir(), 'inkling-programs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function install(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(here, 'install.ts'), ...args], {
    env: { PATH: folder },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('an error names the missing part:', () => {
  const outcome = hasLibrary(nativeFolder)
    ? 'The engine that is installed stays as it was.'
    : 'Without it everything runs on WASM.';

  test.each([
    ['a wheel', ['--wheel', '/nowhere.whl'], /^There is no wheel \/nowhere\.whl\.$/m],
    ['a compiler', ['--build'], /^A C\+\+ compiler is missing: install one, .* `apt-get install g\+\+`\.$/m],
    ['an option', ['--gpu'], /--gpu/],
  ])('%s', (_what, args, sentence) => {
    const { status, stdout, stderr } = install(...args);
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain(outcome);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  test.skipIf(!installed || process.platform !== 'linux')('Python', () => {
    writeFileSync(join(folder, 'c++'), '#!/bin/sh\n', { mode: 0o755 });
    expect(install('--build').stderr).toMatch(/^Python is missing: install python3 with pip/m);
  });

  test.skipIf(!installed)('TensorFlow in the wheel', () => {
    const unpack = (file: string) => () => unpackWheel(file, folder);
    expect(unpack(join(here, 'core/package.json'))).toThrow(/package\.json is no wheel: /);
    const empty = join(folder, 'empty.whl');
    writeFileSync(empty, Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]));
    expect(unpack(empty)).toThrow(
      /is no wheel of TensorFlow for Linux: libtensorflow_cc\.so\.2 is not in it/,
    );
  });
});

describe('the installed engine', () => {
  function createPackage() {
    const parent = mkdtempSync(join(tmpdir(), 'inkling-package-'));
    onTestFinished(() => rmSync(parent, { recursive: true }));
    const packageFolder = join(parent, 'tfjs-node');
    for (const name of ['lib', 'deps', 'dist']) mkdirSync(join(packageFolder, name), { recursive: true });
    for (const name of ['lib/addon', 'deps/library', 'dist/code'])
      writeFileSync(join(packageFolder, name), 'old');
    return { parent, packageFolder };
  }

  test('stays unchanged when the replacement fails', async () => {
    const { parent, packageFolder } = createPackage();
    const failing = replaceEngine(packageFolder, async copy => {
      mkdirSync(join(copy, 'lib'));
      writeFileSync(join(copy, 'lib/addon'), 'half');
      throw new Error('no network');
    });
    await expect(failing).rejects.toThrow('no network');
    for (const name of ['lib/addon', 'deps/library'])
      expect(readFileSync(join(packageFolder, name), 'utf8')).toBe('old');
    expect(readdirSync(parent)).toEqual(['tfjs-node']);
  });

  test('is replaced as a whole; `install` gets a copy without the old library', async () => {
    const { parent, packageFolder } = createPackage();
    await replaceEngine(packageFolder, async copy => {
      expect(readdirSync(copy)).toEqual(['dist']);
      mkdirSync(join(copy, 'lib'));
      writeFileSync(join(copy, 'lib/addon'), 'new');
    });
    expect(readFileSync(join(packageFolder, 'lib/addon'), 'utf8')).toBe('new');
    expect(existsSync(join(packageFolder, 'deps'))).toBe(false);
    expect(readdirSync(parent)).toEqual(['tfjs-node']);
  });

  test.skipIf(!installed)('stays unchanged when the wheel is invalid', () => {
    const before = hasLibrary(nativeFolder);
    const bad = join(folder, 'bad.whl');
    writeFileSync(bad, 'no wheel');
    writeFileSync(join(folder, 'c++'), '#!/bin/sh\n', { mode: 0o755 });
    expect(install('--wheel', bad).stderr).toMatch(/bad\.whl is no wheel/);
    expect(hasLibrary(nativeFolder)).toBe(before);
    const beside = readdirSync(join(nativeFolder, '..')).filter(name => name.startsWith('.tfjs-node-'));
    expect(beside).toEqual([]);
  });
});

describe('the download', () => {
  afterEach(() => void vi.unstubAllEnvs());

  /** Serves the download on loopback. */
  async function serve(answer: RequestListener) {
    const server = createServer(answer);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    vi.stubEnv('TFJS_NODE_CDN_STORAGE', `http://127.0.0.1:${address.port}/`);
  }
  const limits = { reachMs: 200, downloadMs: 1_000 };
  /** Where an answer comes, however slowly. */
  const patient = { ...limits, reachMs: 120_000 };

  test('stops when the host does not respond, and the error names it', async () => {
    await serve(() => {});
    await expect(downloadEngine(nativeFolder, limits)).rejects.toThrow(
      /^TensorFlow's download cannot be reached \(127\.0\.0\.1:\d+: no answer within 0\.2 s\)\.$/,
    );
  });

  test('reports a missing file and a refused connection', async () => {
    await serve((_request, response) => response.writeHead(404).end());
    await expect(downloadEngine(nativeFolder, patient)).rejects.toThrow(
      /\(127\.0\.0\.1:\d+: status 404\)\.$/,
    );
    vi.stubEnv('TFJS_NODE_CDN_STORAGE', 'http://127.0.0.1:1/');
    await expect(downloadEngine(nativeFolder, patient)).rejects.toThrow(
      /\(127\.0\.0\.1:1: no connection\)\.$/,
    );
  });

  test.skipIf(!installed)('stops after its time limit and kills its processes', async () => {
    await serve((request, response) => {
      if (request.method === 'HEAD') response.end();
      else response.writeHead(200, { 'content-length': 1000 }).write('x');
    });
    const replacing = replaceEngine(nativeFolder, copy => downloadEngine(copy, patient));
    await expect(replacing).rejects.toThrow(
      /^The download of TensorFlow failed: it did not finish within 1 s\.$/,
    );
  });
});

test.skipIf(process.platform === 'win32')(
  'run kills a program and its children after the time limit',
  async () => {
    const file = join(folder, 'pid');
    const program = ['sh', '-c', `sleep 600 & echo $! > '${file}'; wait`];
    // A busy machine may not have started it within the limit.
    for (let limitMs = 500; !existsSync(file); limitMs *= 4)
      await expect(run(program, { folder, failure: 'It', limitMs })).rejects.toThrow('It: it did not finish');
    const pid = Number(readFileSync(file, 'utf8'));
    await expect.poll(() => isRunning(pid)).toBe(false);
  },
);

describe('the packages of the native engine', () => {
  const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
  const { dependencies, optionalDependencies } = read('package.json');

  test('match the version of tfjs-core', () => {
    const { version } = read('training/native/core/package.json');
    expect(optionalDependencies['@tensorflow/tfjs-node']).toBe(version);
    expect(dependencies['@tensorflow/tfjs-core']).toBe(version);
  });

  test('add no second tfjs-core and no package for browsers', () => {
    const tfjs = Object.keys(read('package-lock.json').packages).filter(path =>
      /@tensorflow\/[\w-]+$/.test(path),
    );
    const wanted = [...Object.keys(dependencies), ...Object.keys(optionalDependencies)];
    const named = wanted.filter(name => name.startsWith('@tensorflow/')).map(name => `node_modules/${name}`);
    expect(tfjs.sort()).toEqual(named.sort());
  });

  test('are all optional', () => {
    const { packages } = read('package-lock.json');
    for (const name of ['@tensorflow/tfjs-node', '@mapbox/node-pre-gyp', 'adm-zip', 'tar'])
      expect({ name, optional: packages[`node_modules/${name}`].optional }).toEqual({ name, optional: true });
  });
});
