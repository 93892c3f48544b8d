import type { Ack } from '../../shared/ack.ts';
import type {
  Explanation,
  ModelList,
  OwnDrawings,
  Prediction,
  PrivacyTerms,
  Readings,
  SamplePage,
  TrainingState,
} from '../../shared/http-api.ts';
import { type Answer, noAnswer } from './retry.ts';

/** Filters of the sample list; an undefined one does not filter. */
export interface SampleQuery {
  room?: string | undefined;
  labelled?: boolean | undefined;
  wrong?: boolean | undefined;
  digit?: number | undefined;
  model?: string | undefined;
  /** Only labels that are set aside; for hosts. */
  setAside?: boolean | undefined;
  before?: number | undefined;
  /** The least sure first; without it the newest first. */
  sort?: 'unsure' | undefined;
  limit: number;
}

/** The HTTP interface, as a page in one room uses it. A GET resolves to undefined when it fails. */
export interface Api {
  samples(query: SampleQuery): Promise<SamplePage | undefined>;
  training(): Promise<TrainingState | undefined>;
  models(): Promise<ModelList | undefined>;
  /** Trains on the untrained samples, or on `samples` alone. A host may set the price on MNIST, 0…1. */
  startTraining(samples?: readonly number[], price?: number): Promise<Answer<{ job: string }>>;
  cancelTraining(job: string): Promise<Answer>;
  promote(version: string): Promise<Answer<{ version: string }>>;
  /** The room follows the house again. */
  startOver(): Promise<Answer<{ version: string }>>;
  /** Believes labels that are set aside, or takes them off. */
  decideSetAside(samples: readonly number[], accept: boolean): Promise<Answer>;
  /** For the author, the host of the room and admins. */
  relabel(sample: number, digit: number | null): Promise<Answer>;
  remove(sample: number): Promise<Answer>;
  /** Of a sample of that room; null is the lobby. */
  predict(sample: number, room: string | null): Promise<Answer<Prediction>>;
  explain(strokes: readonly (readonly number[])[]): Promise<Answer<Explanation>>;
  /** Readings of the champion and the plain net of ink that is not stored. */
  readings(strokes: readonly (readonly number[])[]): Promise<Answer<Readings>>;
  signIn(token: string): Promise<Answer>;
  privacy(): Promise<PrivacyTerms | undefined>;
  ownDrawings(): Promise<OwnDrawings | undefined>;
  /** Erases all drawings of this session. */
  eraseOwn(): Promise<Answer<{ erased: number }>>;
}

export type Request = (path: string, init?: RequestInit) => Promise<Response>;

export function createApi(request: Request, room: string): Api {
  const inRoom = `room=${encodeURIComponent(room)}`;

  async function read<Value>(path: string): Promise<Value | undefined> {
    const response = await request(path).catch(() => undefined);
    return response?.ok ? response.json().catch(() => undefined) : undefined;
  }

  async function send<Value = undefined>(method: string, path: string, body?: unknown) {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await request(path, { method, ...(body !== undefined && json) }).catch(() => undefined);
    const reply: unknown = await response?.json().catch(() => undefined);
    return parseReply<Value>(reply);
  }

  return {
    samples: query => read(`/api/samples?${parametersOf(query)}`),
    training: () => read(`/api/training?${inRoom}`),
    models: () => read(`/api/models?${inRoom}`),
    startTraining: (samples, price) =>
      send('POST', '/api/training', {
        where: 'server',
        room,
        ...(samples && { samples }),
        ...(price !== undefined && { price }),
      }),
    cancelTraining: job => send('DELETE', `/api/training/${encodeURIComponent(job)}`),
    promote: version => send('POST', `/api/models/${encodeURIComponent(version)}/promote?${inRoom}`),
    startOver: () => send('POST', `/api/models/start-over?${inRoom}`),
    decideSetAside: (samples, accept) => send('POST', '/api/samples/set-aside', { room, samples, accept }),
    relabel: (sample, digit) => send('PATCH', `/api/samples/${sample}?${inRoom}`, { digit }),
    remove: sample => send('DELETE', `/api/samples/${sample}`),
    predict: (sample, sampleRoom) =>
      send('POST', `/api/samples/${sample}/predict?room=${encodeURIComponent(sampleRoom ?? 'lobby')}`),
    explain: strokes => send('POST', '/api/why', { room, strokes }),
    readings: strokes => send('POST', '/api/readings', { room, strokes }),
    signIn: token => send('POST', '/api/admin', { token }),
    privacy: () => read('/api/privacy'),
    ownDrawings: () => read('/api/me'),
    eraseOwn: () => send('DELETE', '/api/me'),
  };
}

/** The server's ack. A reply of a proxy in between counts as no answer. */
export function parseReply<Value>(reply: unknown): Answer<Value> {
  return isAck<Value>(reply) ? reply : noAnswer;
}

const isAck = <Value>(reply: unknown): reply is Ack<Value> =>
  typeof reply === 'object' && reply !== null && 'ok' in reply && typeof reply.ok === 'boolean';

function parametersOf(query: SampleQuery): URLSearchParams {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, `${value}`]));
}
