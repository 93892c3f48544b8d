import type { Contribution, JoinedRound } from '../../shared/http-api.ts';
import { parseReply, type Request } from '../net/api.ts';
import { type Answer, noAnswer } from '../net/retry.ts';

export interface ProgressReport {
  step: number;
  steps: number;
  loss: number | null;
  accuracy: number | null;
  /** Changes when the trainer falls back to another device. */
  device: string;
}

/** The HTTP interface of a room's federated rounds. */
export interface RoundApi {
  /** A host may set the price on MNIST, 0…1. */
  join(device: string, price?: number): Promise<Answer<JoinedRound>>;
  /** `weights` and `pack` resolve to undefined when the request fails. */
  weights(version: string): Promise<Uint8Array | undefined>;
  pack(): Promise<Uint8Array | undefined>;
  progress(job: string, report: ProgressReport): Promise<Answer>;
  upload(round: JoinedRound, weights: Uint8Array): Promise<Answer<Contribution>>;
  /** The request outlives the page. */
  leave(job: string): Promise<Answer>;
}

export function createRoundApi(request: Request, room: string): RoundApi {
  const inRoom = `room=${encodeURIComponent(room)}`;

  async function send<Value = undefined>(path: string, init: RequestInit): Promise<Answer<Value>> {
    const response = await request(path, init).catch(() => undefined);
    if (response === undefined) return noAnswer;
    const reply: unknown = await response.json().catch(() => undefined);
    return parseReply<Value>(reply);
  }

  async function bytes(path: string): Promise<Uint8Array | undefined> {
    const response = await request(path).catch(() => undefined);
    const buffer = response?.ok ? await response.arrayBuffer().catch(() => undefined) : undefined;
    return buffer && new Uint8Array(buffer);
  }

  const json = (body: unknown): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const jobPath = (job: string) => `/api/training/${encodeURIComponent(job)}`;

  return {
    join: (device, price) => send('/api/training', json({ where: 'browser', room, device, price })),
    weights: version => bytes(`/api/models/${encodeURIComponent(version)}/weights?${inRoom}`),
    pack: () => bytes(`/api/training/pack?${inRoom}`),
    progress: (job, report) => send(`${jobPath(job)}/progress`, json(report)),
    upload: ({ job, base }, weights) =>
      send('/api/models', {
        method: 'POST',
        headers: {
          'content-type': 'application/octet-stream',
          'x-base-version': base,
          'x-job': job,
          'x-room': room,
        },
        body: new Uint8Array(weights),
      }),
    leave: job => send(jobPath(job), { method: 'DELETE', keepalive: true }),
  };
}
