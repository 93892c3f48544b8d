import { expect, test } from 'vitest';
import type { SampleRow } from '../../db/sample-queries.ts';
import { createSamplePages, textOf } from './sample-pages.ts';

const row: SampleRow = {
  id: 7,
  drawing: 'd',
  author: 'ada',
  room: 'lobby',
  strokes: [[1, 2]],
  probabilities: null,
  model: null,
  at: new Date(0),
  hasImage: false,
  guess: 3,
  label: null,
  setAside: null,
};

function setUp({ shared }: { shared: boolean }) {
  let [reads, writes] = [0, 0];
  const pageOf = createSamplePages({
    shared,
    writes: () => writes,
    async samplePage() {
      reads++;
      return { samples: [row], next: 7 };
    },
  });
  return { pageOf, reads: () => reads, write: () => writes++ };
}

test('a page is read and encoded once until a sample changes, and tells each asker which samples are theirs', async () => {
  const { pageOf, reads, write } = setUp({ shared: false });
  const page = await pageOf({ limit: 30 });
  expect(JSON.parse(textOf(await pageOf({ limit: 30 }), 'ada'))).toEqual({
    samples: [
      {
        ...JSON.parse(JSON.stringify(row)),
        author: undefined,
        hasImage: undefined,
        setAside: undefined,
        mine: true,
        image: null,
      },
    ],
    next: 7,
  });
  expect(JSON.parse(textOf(page, null)).samples[0].mine).toBe(false);
  expect(reads()).toBe(1);
  await pageOf({ limit: 31 });
  write();
  await pageOf({ limit: 30 });
  expect(reads()).toBe(3);
});

test('the picture of a row is asked for by its room', async () => {
  const addressIn = async (room: string | null) => {
    const pageOf = createSamplePages({
      shared: true,
      writes: () => 0,
      samplePage: async () => ({ samples: [{ ...row, room, strokes: null, hasImage: true }], next: null }),
    });
    return JSON.parse(textOf(await pageOf({ limit: 1 }), null)).samples[0].image;
  };
  expect(await addressIn('physics')).toBe('/api/samples/7/image?room=physics');
  expect(await addressIn(null)).toBe('/api/samples/7/image');
});

test('pages of a database that other nodes write to are not cached', async () => {
  const { pageOf, reads } = setUp({ shared: true });
  await pageOf({ limit: 30 });
  await pageOf({ limit: 30 });
  expect(reads()).toBe(2);
});
