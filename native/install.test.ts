import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { unpackWheel } from './wheel.ts';

const tree = fileURLToPath(new URL('.', import.meta.url));
const installed = existsSync(join(tree, 'node_modules/adm-zip'));
const folder = mkdtempSync(join(tmpdir(), 'inkling-programs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function install(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(tree, 'install.ts'), ...args], {
    env: { PATH: folder },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('what is missing for building is said in a sentence', () => {
  test.each([
    ['a wheel', ['--wheel', '/nowhere.whl'], /^There is no wheel \/nowhere\.whl\.$/m],
    ['a compiler', ['--build'], /^A C\+\+ compiler is missing: install one, .* `apt-get install g\+\+`\.$/m],
    ['an option', ['--gpu'], /--gpu/],
  ])('%s', (_what, args, sentence) => {
    const { status, stdout, stderr } = install(...args);
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain('Without it everything runs on WASM.');
    expect(stderr).not.toMatch(/\n\s+at /);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  test('npm', () => {
    writeFileSync(join(folder, 'c++'), '#!/bin/sh\n', { mode: 0o755 });
    expect(install('--build').stderr).toMatch(/^Its packages cannot be had: npm cannot be run/m);
  });

  test.skipIf(!installed)('TensorFlow in the wheel', () => {
    const unpack = (file: string) => () => unpackWheel(file, { folder, tree });
    expect(unpack(join(tree, 'package.json'))).toThrow(/package\.json is no wheel: /);
    const empty = join(folder, 'empty.whl');
    writeFileSync(empty, Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]));
    expect(unpack(empty)).toThrow(
      /is no wheel of TensorFlow for Linux: libtensorflow_cc\.so\.2 is not in it/,
    );
  });
});

describe('the tree of the native engine', () => {
  const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

  test('is for the very tfjs-core that everything else uses', () => {
    const { version } = read('./core/package.json');
    expect(read('./package.json').dependencies['@tensorflow/tfjs-node']).toBe(version);
    expect(read('../package.json').dependencies['@tensorflow/tfjs-core']).toBe(version);
  });

  test('brings no second tfjs-core, and none of the packages that browsers get', () => {
    const brought = Object.keys(read('./package-lock.json').packages);
    expect(brought).toContain('node_modules/@tensorflow/tfjs-node');
    expect(brought.filter(path => /tfjs-(core|backend|layers|data|converter)/.test(path))).toEqual([]);
  });
});
