import { expect, test } from 'vitest';
import type { SampleRow } from '../../db/sample-queries.ts';
import { createSamplePages, sampleOf, textOf } from './sample-pages.ts';

const row: SampleRow = {
  id: 7,
  drawing: 'd',
  author: 'ada',
  room: 'lobby',
  strokes: [[1, 2]],
  probabilities: null,
  model: null,
  rereadDigit: null,
  rereadProbabilities: null,
  rereadModel: null,
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

test('a page is read and encoded once until a sample changes, and marks each requester’s own samples', async () => {
  const { pageOf, reads, write } = setUp({ shared: false });
  const page = await pageOf({ limit: 30 });
  expect(JSON.parse(textOf(await pageOf({ limit: 30 }), 'ada'))).toEqual({
    samples: [
      {
        id: 7,
        drawing: 'd',
        room: 'lobby',
        at: '1970-01-01T00:00:00.000Z',
        strokes: [[1, 2]],
        image: null,
        guess: 3,
        probabilities: null,
        model: null,
        reread: null,
        label: null,
        mine: true,
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

test('[L13] a sample has the first prediction, and beside it what a later version reads', () => {
  const probabilities = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
  const reread = { rereadDigit: 8, rereadProbabilities: probabilities, rereadModel: 'taught-1' };
  expect(sampleOf({ ...row, ...reread }, null)).toMatchObject({
    guess: 3,
    reread: { model: 'taught-1', digit: 8, probabilities },
  });
});
