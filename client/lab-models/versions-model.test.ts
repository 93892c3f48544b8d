import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { ModelEntry } from '../../shared/http-api.ts';
import { createFakeApi } from '../testing/fake-api.ts';
import { createFakeTime, flushPromises, refusal } from '../testing/fake-connection.ts';
import { createVersionsModel } from './versions-model.ts';

const entry = (version: string): ModelEntry => ({
  version,
  parent: null,
  source: 'base',
  status: 'promoted',
  loadable: true,
  at: '2026-01-01T00:00:00Z',
  card: { version },
  verdict: null,
});

async function setUp() {
  const { fake, api } = createFakeApi();
  fake.list = { champion: 'base', previous: null, own: false, models: [entry('base')], history: [] };
  const servedVersion = signal<string | undefined>('base');
  const ends = signal(0);
  const time = createFakeTime();
  const versions = createVersionsModel({ api, servedVersion, ends, wait: time.wait, random: () => 0 });
  await flushPromises();
  return { fake, servedVersion, ends, time, versions };
}

test('a switch of versions shows at once, its list after one request', async () => {
  const { fake, servedVersion, ends, time, versions } = await setUp();
  fake.list = { ...fake.list!, champion: 'v1', models: [entry('v1'), entry('base')] };
  servedVersion.value = 'v1';
  ends.value++;
  expect(versions.champion.value).toBe('v1');
  await time.pass();
  expect(versions.list.value?.models.map(({ version }) => version)).toEqual(['v1', 'base']);
  expect(time.pauses()).toEqual([]);
});

test('[V13] a host starts the room over, and the list is read again', async () => {
  const { fake, versions } = await setUp();
  fake.list = { ...fake.list!, models: [entry('base'), entry('v1')] };
  await versions.startOver();
  expect(fake.asked).toEqual([['startOver']]);
  expect(versions.list.value?.models).toHaveLength(2);
  expect(versions.promoting.value).toBeUndefined();
});

test('one promotion runs at a time, and a refusal is shown', async () => {
  const { fake, versions } = await setUp();
  fake.refusal = refusal('forbidden');
  const first = versions.promote('v1');
  await versions.promote('v2');
  await first;
  expect(fake.asked).toEqual([['promote', 'v1']]);
  expect(versions.refusal.value).toBe('refused: forbidden');
  expect(versions.promoting.value).toBeUndefined();
});
