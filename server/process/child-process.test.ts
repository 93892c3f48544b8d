import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { spawnChild } from './child-process.ts';

/** Says who it is; answers the first message and ends. */
const script = `
const { pid } = process;
process.send({ pid });
process.once('message', () => process.send({ pid }, () => process.exit()));`;

/** Holds the event loop until the process has ended. */
function holdUntilEnded(pid: number) {
  for (;;) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    if (/^State:\s*Z/m.test(status) && /^Threads:\s*1$/m.test(status)) return;
  }
}

// On the end of one child Node asks for the ends of all: here before it reads the answer of the other.
test.skipIf(!existsSync('/proc/self/status'))(
  'the last message of a child comes before its end',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'inkling-child-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'child.mjs');
    writeFileSync(file, script);
    const children = [0, 1].map(() => spawnChild<object, { pid: number }>(file));
    const [one, other] = children;
    const pids = await Promise.all(
      children.map(child => new Promise<number>(resolve => child.onMessage(({ pid }) => resolve(pid)))),
    );

    const events: string[] = [];
    const ended = new Promise<void>(resolve => {
      other!.onExit(how => {
        events.push(how);
        resolve();
      });
    });
    other!.onMessage(() => void events.push('answer'));
    one!.onMessage(() => {
      other!.send({});
      holdUntilEnded(pids[1]!);
    });
    one!.send({});
    holdUntilEnded(pids[0]!);
    await ended;
    expect(events).toEqual(['answer', 'exit code 0']);
  },
);
