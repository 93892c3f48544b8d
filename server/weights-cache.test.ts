import { expect, test } from 'vitest';
import { createWeightsCache, mostCached } from './weights-cache.ts';

function setUp() {
  const loaded: string[] = [];
  const versions = new Set(['v1']);
  const weightsOf = createWeightsCache(async version => {
    loaded.push(version);
    if (version === 'broken') throw new Error('the database is away');
    return versions.has(version) || version.startsWith('old') ? { weights: Uint8Array.of(1, 2) } : null;
  });
  return { loaded, versions, weightsOf };
}

test('a version is loaded once, for everybody who asks at the same time too', async () => {
  const { loaded, weightsOf } = setUp();
  const [one, two] = await Promise.all([weightsOf('v1'), weightsOf('v1')]);
  expect(one).toEqual(Buffer.of(1, 2));
  expect(two).toBe(one);
  expect(await weightsOf('v1')).toBe(one);
  expect(loaded).toEqual(['v1']);
});

test('a version that is missing, or that could not be loaded, is looked for again', async () => {
  const { loaded, versions, weightsOf } = setUp();
  expect(await weightsOf('v2')).toBeNull();
  versions.add('v2');
  expect(await weightsOf('v2')).not.toBeNull();
  await expect(weightsOf('broken')).rejects.toThrow('away');
  await expect(weightsOf('broken')).rejects.toThrow('away');
  expect(loaded).toEqual(['v2', 'v2', 'broken', 'broken']);
});

test('the versions asked for last stay in memory', async () => {
  const { loaded, weightsOf } = setUp();
  await weightsOf('v1');
  for (let i = 0; i < mostCached - 1; i++) await weightsOf(`old-${i}`);
  await weightsOf('v1');
  await weightsOf('old-more');
  loaded.length = 0;
  await weightsOf('v1');
  await weightsOf('old-0');
  expect(loaded).toEqual(['old-0']);
});
