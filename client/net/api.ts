import type { Explanation, ModelList, Prediction, SamplePage, TrainingState } from '../../shared/http-api.ts';
import type { Ack } from '../../shared/protocol.ts';
import { type Answer, noAnswer } from './retry.ts';

/** Which drawings; an absent part does not narrow. */
export interface SampleQuery {
  room?: string | undefined;
  labelled?: boolean | undefined;
  wrong?: boolean | undefined;
  digit?: number | undefined;
  model?: string | undefined;
  before?: number | undefined;
  limit: number;
}

/** The HTTP interface. What is read is undefined when it cannot be had. */
export interface Api {
  samples(query: SampleQuery): Promise<SamplePage | undefined>;
  training(): Promise<TrainingState | undefined>;
  models(): Promise<ModelList | undefined>;
  /** Teaches what nobody has learned yet, or these samples alone. */
  startTraining(samples?: readonly number[]): Promise<Answer<{ job: string }>>;
  cancelTraining(job: string): Promise<Answer>;
  promote(version: string): Promise<Answer<{ version: string }>>;
  relabel(sample: number, digit: number | null): Promise<Answer>;
  remove(sample: number): Promise<Answer>;
  predict(sample: number): Promise<Answer<Prediction>>;
  explain(strokes: readonly (readonly number[])[]): Promise<Answer<Explanation>>;
  signIn(token: string): Promise<Answer>;
}

export type Request = (path: string, init?: RequestInit) => Promise<Response>;

export function createApi(ask: Request): Api {
  async function read<Value>(path: string): Promise<Value | undefined> {
    const response = await ask(path).catch(() => undefined);
    return response?.ok ? response.json().catch(() => undefined) : undefined;
  }

  async function tell<Value = undefined>(method: string, path: string, body?: unknown) {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await ask(path, { method, ...(body !== undefined && json) }).catch(() => undefined);
    const said: unknown = await response?.json().catch(() => undefined);
    return parseReply<Value>(said);
  }

  return {
    samples: query => read(`/api/samples?${parametersOf(query)}`),
    training: () => read('/api/training'),
    models: () => read('/api/models'),
    startTraining: samples => tell('POST', '/api/training', { where: 'server', ...(samples && { samples }) }),
    cancelTraining: job => tell('DELETE', `/api/training/${encodeURIComponent(job)}`),
    promote: version => tell('POST', `/api/models/${encodeURIComponent(version)}/promote`),
    relabel: (sample, digit) => tell('PATCH', `/api/samples/${sample}`, { digit }),
    remove: sample => tell('DELETE', `/api/samples/${sample}`),
    predict: sample => tell('POST', `/api/samples/${sample}/predict`),
    explain: strokes => tell('POST', '/api/why', { strokes }),
    signIn: token => tell('POST', '/api/admin', { token }),
  };
}

/** The ack of our server; what something between us and it said instead is no answer. */
export function parseReply<Value>(said: unknown): Answer<Value> {
  return isAck<Value>(said) ? said : noAnswer;
}

const isAck = <Value>(said: unknown): said is Ack<Value> =>
  typeof said === 'object' && said !== null && 'ok' in said && typeof said.ok === 'boolean';

function parametersOf(query: SampleQuery): URLSearchParams {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, `${value}`]));
}
