import { expect, test } from 'vitest';
import { createModelCache, maxCached } from './model-cache.ts';

const modelOf = (version: string) => ({ version, card: { version }, weights: Uint8Array.of(1, 2) });

function setUp() {
  const loaded: string[] = [];
  const versions = new Set(['v1']);
  const cache = createModelCache(async version => {
    loaded.push(version);
    if (version === 'broken') throw new Error('the database is away');
    return versions.has(version) || version.startsWith('old') ? modelOf(version) : null;
  });
  return { loaded, versions, cache };
}

test('a version is loaded once, also when many ask at the same time', async () => {
  const { loaded, cache } = setUp();
  const [one, two] = await Promise.all([cache.load('v1'), cache.load('v1')]);
  expect(one).toEqual(modelOf('v1'));
  expect(two).toBe(one);
  expect(await cache.load('v1')).toBe(one);
  expect(loaded).toEqual(['v1']);
});

test('a version that is known already is not loaded', async () => {
  const { loaded, cache } = setUp();
  cache.keep(modelOf('shipped'));
  expect(await cache.load('shipped')).toEqual(modelOf('shipped'));
  expect(loaded).toEqual([]);
});

test('a version that is missing or failed to load is loaded again', async () => {
  const { loaded, versions, cache } = setUp();
  expect(await cache.load('v2')).toBeNull();
  versions.add('v2');
  expect(await cache.load('v2')).not.toBeNull();
  await expect(cache.load('broken')).rejects.toThrow('away');
  await expect(cache.load('broken')).rejects.toThrow('away');
  expect(loaded).toEqual(['v2', 'v2', 'broken', 'broken']);
});

test('the versions used last stay in memory', async () => {
  const { loaded, cache } = setUp();
  await cache.load('v1');
  for (let i = 0; i < maxCached - 1; i++) await cache.load(`old-${i}`);
  await cache.load('v1');
  await cache.load('old-more');
  loaded.length = 0;
  await cache.load('v1');
  await cache.load('old-0');
  expect(loaded).toEqual(['old-0']);
});
