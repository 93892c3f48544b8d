import type { Ack } from '../../../shared/ack.ts';
import type { ModelList } from '../../../shared/http-api.ts';
import type { Training } from '../../../shared/training-protocol.ts';
import { UsageError } from '../../../training/commands/run-command.ts';
import { join, type RoomAddress } from '../load/connect.ts';
import { printLine } from '../system/progress.ts';

/** A job takes 15 to 40 s, and the server ends one after five minutes. */
const deadlineMs = 300_000;
const printSteps = 50;

/** Starts a job of the room and resolves with its last event. */
export async function learn({ url, room }: RoomAddress): Promise<Training> {
  const client = await join({ url, room });
  const seen = new Map<string, Training>();
  let poll = () => {};
  client.on('training', training => {
    printProgress(training, seen.get(training.job));
    seen.set(training.job, training);
    poll();
  });
  try {
    const job = await press({ url, room });
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('The job did not end in five minutes.')), deadlineMs);
      poll = () => {
        const training = seen.get(job);
        if (training === undefined || !isOver(training)) return;
        clearTimeout(timer);
        resolve(training);
      };
      poll();
    });
  } finally {
    client.close();
  }
}

export async function postJson<Value>(url: URL, body: object): Promise<Ack<Value>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return JSON.parse(await response.text());
}

async function press({ url, room }: RoomAddress): Promise<string> {
  const answer = await postJson<{ job: string }>(new URL('/api/training', url), { where: 'server', room });
  if (!answer.ok) throw new UsageError(`The server does not train: ${answer.message}`);
  return answer.value.job;
}

function isOver({ phase }: Training): boolean {
  return phase === 'promoted' || phase === 'refused' || phase === 'failed' || phase === 'cancelled';
}

function printProgress({ phase, step, steps, loss, message }: Training, last?: Training) {
  if (phase !== last?.phase) printLine(message === undefined ? phase : `${phase}: ${message}`);
  else if (Math.floor(step / printSteps) > Math.floor(last.step / printSteps))
    printLine(`step ${step} of ${steps}, loss ${loss?.toFixed(3)}`);
}

/** The version that reads in the room. */
export async function championOf({
  url,
  room,
}: RoomAddress): Promise<{ version: string; weights: Uint8Array }> {
  const query = `?room=${encodeURIComponent(room)}`;
  const list: ModelList = JSON.parse(await (await fetch(new URL(`/api/models${query}`, url))).text());
  const version = list.champion;
  const response = await fetch(new URL(`/api/models/${version}/weights${query}`, url));
  if (!response.ok) throw new Error(`The weights of ${version} cannot be had: ${await response.text()}`);
  return { version, weights: new Uint8Array(await response.arrayBuffer()) };
}
