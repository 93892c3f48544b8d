import { randomUUID } from 'node:crypto';
import type { Ack } from '../../../shared/ack.ts';
import type { TestClient } from '../../testing/server.ts';
import { join, type RoomAddress } from '../load/connect.ts';
import { type Drawn, writerOf } from '../people/population.ts';

/** A label waits up to a second for its prediction, and longer for a busy database. */
const ackMs = 30_000;
const pauseMs = 1_000; // used if a refusal has no retry time

/** Everybody draws and labels their drawings, one person after the other, so that the seed decides the order. */
export async function labelAll({ url, room }: RoomAddress, samples: readonly Drawn[]): Promise<void> {
  for (const own of Map.groupBy(samples, writerOf).values()) {
    const client = await join({ url, room });
    try {
      for (const drawn of own) await labelOne(client, drawn);
    } finally {
      client.close();
    }
  }
}

async function labelOne(client: TestClient, { ink, digit }: Drawn) {
  const drawing = randomUUID();
  const asking = client.timeout(ackMs);
  await untilAllowed(() => asking.emitWithAck('redraw', { drawing, seq: 1, strokes: ink }));
  await untilAllowed(() => asking.emitWithAck('label', { drawing, digit }));
  await untilAllowed(() => asking.emitWithAck('finish', { drawing }));
}

async function untilAllowed(ask: () => Promise<Ack | Ack<{ sample: number }>>) {
  for (;;) {
    const answer = await ask();
    if (answer.ok) return;
    if (answer.reason !== 'rate_limited') throw new Error(`The server refused a label: ${answer.message}`);
    const { retryAfterMs = pauseMs } = answer;
    await new Promise(resolve => setTimeout(resolve, retryAfterMs));
  }
}
