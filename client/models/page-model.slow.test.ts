import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, test, vi } from 'vitest';
import { drawingIdSchema, protocolVersion } from '../../shared/protocol.ts';
import { parseRoute, pathOf } from '../browser/router.ts';
import { randomUuid } from '../browser/uuid.ts';
import { protocol } from '../net/connection.ts';
import { wallColumns } from '../wall/wall-grid.ts';

const budgetBytes = 45 * 1024; // a second on a slow phone line
const trainerBudgetBytes = 100 * 1024; // a backend adds as much again, and the training pack 2 MB
const root = fileURLToPath(new URL('..', import.meta.url));

test('the page sends the protocol version of this repository', () => {
  expect(protocol).toBe(protocolVersion);
});

test('every drawing id is valid in the protocol', () => {
  const ids = Array.from({ length: 1000 }, randomUuid);
  for (const id of ids) expect(drawingIdSchema.parse(id)).toBe(id);
  expect(new Set(ids).size).toBe(1000);
});

test('parseRoute and pathOf are inverse', () => {
  for (const path of [
    '/',
    '/wall',
    '/r/4b',
    '/r/4b/wall',
    '/lab',
    '/r/wall',
    '/r/wall/wall',
    '/r/lab',
    '/r/lab/lab',
  ]) {
    expect(pathOf(parseRoute(path))).toBe(path);
  }
  expect(parseRoute('/r/wall')).toEqual({ place: 'draw', room: 'wall' });
  expect(parseRoute('/wall')).toEqual({ place: 'wall', room: 'lobby' });
});

test('wallColumns gives the tiles their largest size', () => {
  expect(wallColumns(1, { width: 1600, height: 900 })).toBe(1);
  expect(wallColumns(6, { width: 1600, height: 900 })).toBe(3);
  expect(wallColumns(30, { width: 1600, height: 900 })).toBe(6);
  expect(wallColumns(3, { width: 300, height: 1000 })).toBe(1);
});

test('the first script is within its budget and holds no schemas, and nothing is inline', {
  timeout: 60_000,
}, async () => {
  vi.stubEnv('NODE_ENV', 'production'); // as visitors get it, without the libraries' checks for developers
  const built = await build({ root, logLevel: 'silent', build: { write: false } });
  vi.unstubAllEnvs();
  const { output } = [built].flat().find(each => 'output' in each)!;
  const chunks = new Map(output.flatMap(each => (each.type === 'chunk' ? [[each.fileName, each]] : [])));
  const initial = new Set<string>();
  const visit = (name: string) => {
    if (initial.has(name)) return;
    initial.add(name);
    for (const imported of chunks.get(name)!.imports) visit(imported);
  };
  for (const chunk of chunks.values())
    if (chunk.facadeModuleId?.endsWith('index.html')) visit(chunk.fileName);
  const code = [...initial].map(name => chunks.get(name)!.code).join('\n');
  expect(gzipSync(code).length).toBeLessThanOrEqual(budgetBytes);
  for (const chunk of chunks.values()) expect(chunk.code).not.toMatch(/ZodError|safeParse/);
  const assets = output.filter(each => each.type === 'asset');
  const html = String(assets.find(each => each.fileName === 'index.html')!.source);
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  const css = assets.filter(each => each.fileName.endsWith('.css'));
  for (const sheet of css) expect(String(sheet.source)).not.toMatch(/url\(["']?data:|https?:/);
  expect(readFileSync(`${root}index.html`, 'utf8')).not.toMatch(/https?:/);

  // Only the Lab's chunk names the trainer worker, and only the worker holds training code.
  for (const chunk of chunks.values()) expect(chunk.code).not.toMatch(/registerKernel|disposeData/);
  const scripts = new Map(assets.map(each => [each.fileName, String(each.source)]));
  const worker = [...scripts.keys()].find(name => /^assets\/worker-[^/]+\.js$/.test(name))!;
  const naming = [...chunks.values()].filter(({ code }) => code.includes(worker.replace('assets/', '')));
  expect(naming.map(({ name }) => name)).toEqual(['lab']);
  const loaded = new Set([worker]);
  for (const name of loaded) {
    const imported = scripts.get(name)!.matchAll(/(?:from|import)"\.\/([^"]+\.js)"/g);
    for (const [, file] of imported) loaded.add(`assets/${file}`);
  }
  expect(gzipSync([...loaded].map(name => scripts.get(name)).join('\n')).length).toBeLessThanOrEqual(
    trainerBudgetBytes,
  );
});
