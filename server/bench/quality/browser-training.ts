import { setTimeout as wait } from 'node:timers/promises';
import type { Ack } from '../../../shared/ack.ts';
import type { Contribution, JoinedRound } from '../../../shared/http-api.ts';
import { UsageError } from '../../../training/commands/run-command.ts';
import type { RoomAddress } from '../load/connect.ts';
import { ask, forkChild } from '../system/child-process.ts';
import type { ToBrowserTraining } from './browser-training-worker.ts';
import { postJson } from './training-job.ts';

const reportMs = 2_000;

/** A page's part in a round of the room, trained in a process of the bench: join, train on the pack, upload. */
export async function learnInBrowser({ url, room }: RoomAddress, seed: number) {
  const inRoom = `room=${encodeURIComponent(room)}`;
  const device = 'bench';
  const joined = await postJson<JoinedRound>(new URL('/api/training', url), {
    where: 'browser',
    room,
    device,
  });
  if (!joined.ok) throw new UsageError(`The server has no round: ${joined.message}`);
  const { job, base } = joined.value;
  const bytes = async (path: string) => new Uint8Array(await (await fetch(new URL(path, url))).arrayBuffer());
  const weights = await bytes(`/api/models/${base}/weights?${inRoom}`);
  const pack = await bytes(`/api/training/pack?${inRoom}`);
  const worker = forkChild(new URL('./browser-training-worker.ts', import.meta.url));
  const training = ask<Uint8Array>(worker, { weights, pack, seed } satisfies ToBrowserTraining);
  try {
    const body = await whileReporting(training, () =>
      postJson(new URL(`/api/training/${job}/progress`, url), {
        step: 0,
        steps: 0,
        loss: null,
        accuracy: null,
        device,
      }),
    );
    const response = await fetch(new URL('/api/models', url), {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        'x-base-version': base,
        'x-job': job,
        'x-room': room,
      },
      body: Buffer.from(body),
    });
    const answer: Ack<Contribution> = JSON.parse(await response.text());
    return { promoted: answer.ok, verdict: answer.ok ? answer.value.message : answer.message };
  } finally {
    worker.kill();
  }
}

/** The server gives the seat of a silent page to another one. */
async function whileReporting<Value>(work: Promise<Value>, report: () => Promise<unknown>): Promise<Value> {
  let over = false;
  const ended = work.finally(() => {
    over = true;
  });
  while (!over) {
    await Promise.race([ended, wait(reportMs)]);
    if (!over) await report();
  }
  return ended;
}
