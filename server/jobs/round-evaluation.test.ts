import { beforeEach, expect, test, vi } from 'vitest';
import type { Database } from '../../db/connection/open-database.ts';
import type { Job } from '../../db/jobs.ts';
import { after } from '../core/schedule.ts';
import { createStore } from '../core/store.ts';
import { createRoundEvaluation } from './round-evaluation.ts';

const weights = new Uint8Array(8);
const model = { version: 'v1', card: { version: 'v1' } };
const uploads = [{ bytes: weights, device: 'one' }];
const closing = { room: '4b', base: 'v1', weights, fresh: [], samples: [], uploads };
const waited: number[] = [];
beforeEach(() => {
  model.version = 'v1';
  waited.length = 0;
});

/** Another job of the room is under way for so many turns. */
function evaluationBehind(busyTurns: number, whileWaiting = () => {}) {
  const ended: string[] = [];
  const asked: unknown[] = [];
  const wanted: Pick<Job, 'price'> = { price: null };
  const store = {
    ...createStore({} as Database),
    async requestJob({ room, price }: { room: string; price?: number | null | undefined }) {
      asked.push(room);
      wanted.price = price ?? null;
      return asked.length <= busyTurns ? { busy: 'other' } : ('queued' as const);
    },
    startJob: async ({ id }: { id: string }) => ({ id, attempt: 1, room: '4b', ...wanted }) as Job,
    claimSamples: async () => ({ samples: [], replayed: [], heldOut: 0, setAside: 0 }),
    async readHeldOutSamples({ room }: { room: string }) {
      asked.push(`hold-out of ${room}`);
      return [];
    },
    async readCorrections({ room }: { room: string }) {
      asked.push(`corrections of ${room}`);
      return [];
    },
    endJob: async ({ state }: { state: string }) => {
      ended.push(state);
      return 'ended' as const;
    },
  };
  const evaluate = vi.fn(() => Promise.reject(new Error('The evaluation process ended.')));
  const conclude = createRoundEvaluation({
    store,
    base: { ...model, weights },
    registry: {
      model: room => (room === '4b' ? model : { ...model, version: 'another' }),
      refresh: async () => {},
    },
    evaluator: { evaluate },
    announcer: { model() {} },
    after,
    stopping: new AbortController().signal,
    async wait(ms) {
      waited.push(ms);
      whileWaiting();
    },
  });
  return { conclude, evaluate, ended, asked };
}

test('[FR9] a complete round waits for the job that runs in its room', async () => {
  const { conclude, evaluate, ended } = evaluationBehind(20);
  await expect(conclude(closing)).rejects.toThrow('The evaluation process ended.');
  expect(waited).toHaveLength(20);
  expect(evaluate).toHaveBeenCalledOnce();
  expect(ended).toEqual(['failed']);
});

test('[FR9] a round is outdated, and not evaluated, when that job promotes', async () => {
  const { conclude, evaluate } = evaluationBehind(20, () => {
    if (waited.length === 5) model.version = 'v2';
  });
  expect(await conclude(closing)).toMatchObject({ reason: 'outdated' });
  expect(waited).toHaveLength(5);
  expect(evaluate).not.toHaveBeenCalled();
});

test('[FR9] a round is refused as busy after three minutes', async () => {
  const { conclude } = evaluationBehind(Infinity);
  expect(await conclude(closing)).toMatchObject({ reason: 'busy' });
  expect(waited.reduce((sum, ms) => sum + ms)).toBe(180_000);
});

test('[J11] a round is evaluated on the hold-out and the corrections of its room', async () => {
  const { conclude, evaluate, asked } = evaluationBehind(0);
  await expect(conclude({ ...closing, price: 0.05 })).rejects.toThrow();
  expect(asked).toEqual(['4b', 'hold-out of 4b', 'corrections of 4b']);
  expect(evaluate).toHaveBeenCalledOnce();
  expect(evaluate).toHaveBeenCalledWith(expect.objectContaining({ gate: 'room', price: 0.05 }));
});
