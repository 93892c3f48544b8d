import type { Refusal } from '../../shared/ack.ts';
import type { ModelList, Sample, TrainingState } from '../../shared/http-api.ts';
import type { Api, SampleQuery } from '../net/api.ts';

export const sample = (id: number, rest: Partial<Sample> = {}): Sample => ({
  id,
  drawing: `d${id}`,
  at: '2026-01-01T00:00:00Z',
  room: 'lobby',
  mine: false,
  strokes: [[1, 1]],
  image: null,
  guess: 1,
  probabilities: null,
  model: 'base',
  reread: null,
  label: null,
  ...rest,
});

interface FakeAnswers {
  asked: unknown[][];
  queries: SampleQuery[];
  samples: Sample[];
  state?: TrainingState | undefined;
  list?: ModelList | undefined;
  refusal?: Refusal | undefined;
}

/** An HTTP interface for tests: `asked` and `queries` record the requests, the other fields are the replies. */
export function createFakeApi() {
  const fake: FakeAnswers = { asked: [], queries: [], samples: [] };
  function record(...request: unknown[]): Refusal | undefined {
    fake.asked.push(request);
    return fake.refusal;
  }
  const explanation = { model: 'v1', digit: 7, probability: 0.9, effects: [] };
  const probabilities = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const api: Api = {
    async samples(query) {
      fake.queries.push(query);
      return { samples: fake.samples, next: null };
    },
    training: async () => fake.state,
    models: async () => fake.list,
    startTraining: async (samples, price) =>
      record('startTraining', samples, ...(price === undefined ? [] : [price])) ?? {
        ok: true,
        value: { job: 'a' },
      },
    cancelTraining: async job => record('cancel', job) ?? { ok: true },
    promote: async version => record('promote', version) ?? { ok: true, value: { version } },
    startOver: async () => record('startOver') ?? { ok: true, value: { version: 'base' } },
    decideSetAside: async (samples, accept) => record('decideSetAside', samples, accept) ?? { ok: true },
    relabel: async (id, digit) => record('relabel', id, digit) ?? { ok: true },
    remove: async id => record('remove', id) ?? { ok: true },
    predict: async (id, room) =>
      record('predict', id, room) ?? { ok: true, value: { model: 'v2', probabilities } },
    explain: async strokes => record('why', strokes) ?? { ok: true, value: explanation },
    readings: async strokes =>
      record('readings', strokes) ?? { ok: true, value: { model: 'v1', probabilities, plain: null } },
    privacy: async () => ({ retainDays: 30, retainLabelledDays: 0, contact: null }),
    ownDrawings: async () => ({ drawings: 3, labelled: 1 }),
    eraseOwn: async () => record('eraseOwn') ?? { ok: true, value: { erased: 3 } },
    signIn: async token => record('signIn', token) ?? { ok: true },
  };
  return { fake, api };
}
