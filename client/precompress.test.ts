import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { afterAll, expect, test } from 'vitest';
import { precompressBuild, precompressFolder } from './precompress.ts';

const root = mkdtempSync(join(tmpdir(), 'inkling-precompress-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const inFolder = (name: string) => readdirSync(join(root, name)).sort();

test('a build precompresses what it writes, and touches no folder when it writes nothing', async () => {
  writeFileSync(join(root, 'index.html'), `<!doctype html>${'<p>ink</p>'.repeat(500)}`);
  const options: InlineConfig = {
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [precompressBuild()],
  };
  await build(options);
  expect(inFolder('dist')).toEqual(['index.html', 'index.html.br', 'index.html.gz']);
  for (const ending of ['br', 'gz']) rmSync(join(root, `dist/index.html.${ending}`));
  await build({ ...options, build: { write: false } });
  expect(inFolder('dist')).toEqual(['index.html']);
});

test('a new copy takes the place of the old one, which is whole until then', async () => {
  const [folder, copy] = [join(root, 'dist'), join(root, 'dist/index.html.br')];
  await precompressFolder(folder);
  const served = openSync(copy, 'r');
  const bytes = readFileSync(served);
  await precompressFolder(folder);
  expect(fstatSync(served).ino).not.toBe(statSync(copy).ino);
  closeSync(served);
  expect(readFileSync(copy)).toEqual(bytes);
  expect(inFolder('dist')).toEqual(['index.html', 'index.html.br', 'index.html.gz']);
});
