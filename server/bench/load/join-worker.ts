import { answerParent } from '../system/child-process.ts';
import { join } from './connect.ts';
import type { Joined, ToJoiners } from './join-messages.ts';

/** The process of the joining people. */

answerParent<ToJoiners>(async ({ url, room, perSecond, seconds }): Promise<Joined> => {
  const joined: Joined = { tookMs: [], bytes: [], refused: 0 };

  async function comeIn() {
    const startMs = performance.now();
    let bytes = 0;
    try {
      const onOther = (size: number) => {
        bytes += size;
      };
      await join({ url, room }, { onOther });
      joined.tookMs.push(performance.now() - startMs);
      joined.bytes.push(bytes);
    } catch {
      joined.refused++;
    }
  }

  const coming: Promise<void>[] = [];
  const startMs = performance.now();
  for (let i = 0; i < perSecond * seconds; i++) {
    coming.push(comeIn());
    const dueMs = startMs + (1000 * (i + 1)) / perSecond;
    await new Promise(resolve => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
  }
  await Promise.all(coming);
  return joined;
});
