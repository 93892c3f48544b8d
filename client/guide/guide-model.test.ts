import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import type { Readings } from '../../shared/http-api.ts';
import { createFakeApi } from '../testing/fake-api.ts';
import { createFakeTime, createMemoryStore, flushPromises, refusal } from '../testing/fake-connection.ts';
import { createGuide } from './guide-model.ts';
import { viennaOne } from './vienna-one.ts';

const sure = (digit: number) => Array.from({ length: 10 }, (_, each) => (each === digit ? 0.91 : 0.01));

interface Given {
  still?: boolean;
  store?: ReturnType<typeof createMemoryStore>;
  plain?: number[] | null;
}

function setUp({ still = false, store = createMemoryStore(), plain = sure(7) }: Given = {}) {
  const { fake, api } = createFakeApi();
  const time = createFakeTime();
  const isQuiet = signal(true);
  const blank = signal(true);
  const readings: Readings = { model: 'v1', probabilities: sure(1), plain };
  api.readings = async strokes => {
    fake.asked.push(['readings', strokes]);
    return fake.refusal ?? { ok: true, value: readings };
  };
  const guide = createGuide({ api, store, isQuiet, blank, still, wait: time.wait });
  const at = () => guide.state.value.at;
  /** Lets time pass until the guide is there. */
  async function until(where: string) {
    for (let i = 0; i < 100 && at() !== where; i++) await time.pass();
    expect(at()).toBe(where);
  }
  return { fake, time, isQuiet, blank, guide, store, at, until };
}

test('a ghost writes a 1, both nets are asked for it, and the visitor is invited to draw and to invent signs', async () => {
  const { fake, guide, until } = setUp();
  await until('writing');
  expect(guide.ink.value).toHaveLength(2);
  await until('read');
  expect(fake.asked).toEqual([['readings', [viennaOne]]]);
  expect(guide.ink.value).toEqual(viennaOne);
  expect(guide.state.value).toEqual({
    at: 'read',
    sentence: 'I read 1. Taught on American digits alone I would say 7.',
  });
  await until('yours');
  await until('invent');
  guide.skip();
  expect(guide.state.value).toEqual({ at: 'off' });
});

test('nothing is shown of readings that the server does not give', async () => {
  const { fake, until, guide } = setUp();
  fake.refusal = refusal('overloaded');
  await until('writing');
  const seen: string[] = [];
  const stop = guide.state.subscribe(({ at }) => seen.push(at));
  await until('yours');
  stop();
  expect(seen).not.toContain('read');
  const alone = setUp({ plain: null });
  await alone.until('read');
  expect(alone.guide.state.value).toMatchObject({ sentence: 'I read 1.' });
});

test('a person who draws or skips while the ghost writes ends the guide', async () => {
  for (const end of ['draw', 'skip'] as const) {
    const { time, guide, blank, at, until } = setUp();
    await until('writing');
    if (end === 'draw') blank.value = false;
    else guide.skip();
    expect(at()).toBe('off');
    blank.value = true;
    for (let i = 0; i < 100; i++) await time.pass();
    expect(at()).toBe('off');
  }
});

test('a person who draws when it is their turn is invited to invent signs afterwards', async () => {
  const { blank, at, until } = setUp();
  await until('yours');
  blank.value = false;
  expect(at()).toBe('drawing');
  blank.value = true;
  expect(at()).toBe('invent');
  blank.value = false;
  expect(at()).toBe('off');
});

test('a browser sees the guide once, and a visitor who draws at once or comes into a busy room does not', async () => {
  const first = setUp();
  await first.until('writing');
  const again = setUp({ store: first.store });
  const fast = setUp();
  fast.blank.value = false;
  const busy = setUp();
  busy.isQuiet.value = false;
  for (const { time, at } of [again, fast, busy]) {
    for (let i = 0; i < 5; i++) await time.pass();
    expect(at()).toBe('off');
  }
  expect(busy.store.read('guide')).toBeUndefined();
  busy.isQuiet.value = true;
  await busy.until('writing');
});

test('with reduced motion the whole digit is shown at once', async () => {
  const { guide, until } = setUp({ still: true });
  await until('writing');
  expect(guide.ink.value).toEqual(viennaOne);
});

test('after a stop nothing goes on', async () => {
  const { guide, time, at, until } = setUp();
  await until('writing');
  guide.stop();
  await flushPromises();
  for (let i = 0; i < 5; i++) await time.pass();
  expect([at(), time.pauses()]).toEqual(['off', []]);
});
