import { beforeEach, expect, test, vi } from 'vitest';
import type { Database } from '../../db/connection/open-database.ts';
import type { Job } from '../../db/jobs.ts';
import { after } from '../core/schedule.ts';
import { createStore } from '../core/store.ts';
import { createRoundEvaluation } from './round-evaluation.ts';

const weights = new Uint8Array(8);
const model = { version: 'v1', card: { version: 'v1' } };
const closing = { base: 'v1', weights, fresh: [], samples: [], uploads: [{ bytes: weights, device: 'one' }] };
const waited: number[] = [];
beforeEach(() => {
  model.version = 'v1';
  waited.length = 0;
});

/** Another job is under way for so many turns. */
function trialBehind(busyTurns: number, whileWaiting = () => {}) {
  const ended: string[] = [];
  let asked = 0;
  const store = {
    ...createStore({} as Database),
    requestJob: async () => (asked++ < busyTurns ? { busy: 'other' } : ('queued' as const)),
    startJob: async ({ id }: { id: string }) => ({ id, attempt: 1 }) as Job,
    claimSamples: async () => ({ samples: [], replayed: [], heldOut: 0 }),
    readHeldOutSamples: async () => [],
    readCorrections: async () => [],
    endJob: async ({ state }: { state: string }) => {
      ended.push(state);
      return 'ended' as const;
    },
  };
  const evaluate = vi.fn(() => Promise.reject(new Error('The judging process ended.')));
  const conclude = createRoundEvaluation({
    store,
    base: { ...model, weights },
    registry: { model: () => model, refresh: async () => {} },
    evaluator: { evaluate },
    announcer: { model() {} },
    after,
    stopping: new AbortController().signal,
    async wait(ms) {
      waited.push(ms);
      whileWaiting();
    },
  });
  return { conclude, judge: evaluate, ended };
}

test('[FR9] a complete round waits for the job that runs', async () => {
  const { conclude, judge, ended } = trialBehind(20);
  await expect(conclude(closing)).rejects.toThrow('The judging process ended.');
  expect(waited).toHaveLength(20);
  expect(judge).toHaveBeenCalledOnce();
  expect(ended).toEqual(['failed']);
});

test('[FR9] a round is outdated, and not evaluated, when that job promotes', async () => {
  const { conclude, judge } = trialBehind(20, () => {
    if (waited.length === 5) model.version = 'v2';
  });
  expect(await conclude(closing)).toMatchObject({ reason: 'outdated' });
  expect(waited).toHaveLength(5);
  expect(judge).not.toHaveBeenCalled();
});

test('[FR9] a round is refused as busy after three minutes', async () => {
  const { conclude } = trialBehind(Infinity);
  expect(await conclude(closing)).toMatchObject({ reason: 'busy' });
  expect(waited.reduce((sum, ms) => sum + ms)).toBe(180_000);
});
