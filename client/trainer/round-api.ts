import type { Contribution, JoinedRound } from '../../shared/http-api.ts';
import { parseReply, type Request } from '../net/api.ts';
import { type Answer, noAnswer } from '../net/retry.ts';

export interface ProgressReport {
  step: number;
  steps: number;
  loss: number | null;
  accuracy: number | null;
  /** Another than at first, after one was lost. */
  device: string;
}

/** A round of browsers that teach, as the server offers it. */
export interface RoundApi {
  join(device: string): Promise<Answer<JoinedRound>>;
  /** Undefined when they cannot be had. */
  weights(version: string): Promise<Uint8Array | undefined>;
  pack(): Promise<Uint8Array | undefined>;
  progress(job: string, standing: ProgressReport): Promise<Answer>;
  upload(round: JoinedRound, weights: Uint8Array): Promise<Answer<Contribution>>;
  /** Also while the page is being left. */
  leave(job: string): Promise<Answer>;
}

export function createRoundApi(ask: Request): RoundApi {
  async function tell<Value = undefined>(path: string, init: RequestInit): Promise<Answer<Value>> {
    const response = await ask(path, init).catch(() => undefined);
    if (response === undefined) return noAnswer;
    const said: unknown = await response.json().catch(() => undefined);
    return parseReply<Value>(said);
  }

  async function bytes(path: string): Promise<Uint8Array | undefined> {
    const response = await ask(path).catch(() => undefined);
    const buffer = response?.ok ? await response.arrayBuffer().catch(() => undefined) : undefined;
    return buffer && new Uint8Array(buffer);
  }

  const json = (body: unknown): RequestInit => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const ofJob = (job: string) => `/api/training/${encodeURIComponent(job)}`;

  return {
    join: device => tell('/api/training', json({ where: 'browser', device })),
    weights: version => bytes(`/api/models/${encodeURIComponent(version)}/weights`),
    pack: () => bytes('/api/training/pack'),
    progress: (job, standing) => tell(`${ofJob(job)}/progress`, json(standing)),
    upload: ({ job, base }, weights) =>
      tell('/api/models', {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream', 'x-base-version': base, 'x-job': job },
        body: new Uint8Array(weights),
      }),
    leave: job => tell(ofJob(job), { method: 'DELETE', keepalive: true }),
  };
}
