import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listSamples } from '../sample-queries.ts';
import { layDatabase } from '../testing/data-folder-template.ts';
import { DataFolderInUse, lockFolder } from './folder-lock.ts';
import { openDatabase } from './open-database.ts';
import { DataFolderUnwritable } from './pglite-folder.ts';

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'inkling-folder-'));
});
afterAll(() => rm(base, { recursive: true, force: true }));
let folders = 0;
const freshFolder = () => join(base, `folder-${++folders}`);

const writers: ChildProcess[] = [];
afterEach(() => {
  for (const writer of writers.splice(0)) writer.kill('SIGKILL');
});

/** Starts a process that writes to `dataDir` and kills it right after the ack of label number `acks`. */
async function writeAndKill(dataDir: string, acks: number): Promise<string[]> {
  const script = new URL('../testing/writer-process.ts', import.meta.url).pathname;
  const writer = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  writers.push(writer);
  const exited = new Promise(resolve => writer.once('exit', resolve));
  const acked: string[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    if (line === 'open') {
      await expect(openDatabase({ dataDir })).rejects.toBeInstanceOf(DataFolderInUse);
      continue;
    }
    acked.push(line);
    if (acked.length === acks) writer.kill('SIGKILL');
  }
  await exited;
  return acked;
}

test('[L1] a label survives kill -9 right after its ack, and the folder is free again', async () => {
  const dataDir = freshFolder();
  await layDatabase(dataDir); // first starts are tested below
  const first = await writeAndKill(dataDir, 1);
  const second = await writeAndKill(dataDir, 200);
  const db = await openDatabase({ dataDir });
  const kept = (await listSamples(db, { limit: 10_000 })).map(row => row.drawing);
  await db.close();
  expect(kept).toEqual(expect.arrayContaining([...first, ...second]));
});

test('only one process opens a folder at a time; its rows stay', async () => {
  const dataDir = join(freshFolder(), 'made', 'when', 'needed');
  const answers = await Promise.allSettled(Array.from({ length: 5 }, () => openDatabase({ dataDir })));
  const open = answers.flatMap(answer => (answer.status === 'fulfilled' ? [answer.value] : []));
  const refusals = answers.flatMap(answer => (answer.status === 'rejected' ? [answer.reason] : []));
  expect(open).toHaveLength(1);
  for (const refusal of refusals) expect(refusal).toBeInstanceOf(DataFolderInUse);
  expect(refusals[0].message).toContain(dataDir);
  await open[0]!.close();
  await (await openDatabase({ dataDir })).close();
});

test('the error for an unwritable folder names the folder and the reason', async () => {
  const file = join(base, 'a-file');
  await writeFile(file, '');
  const opening = openDatabase({ dataDir: join(file, 'data') });
  await expect(opening).rejects.toBeInstanceOf(DataFolderUnwritable);
  await expect(opening).rejects.toThrow(/a-file.*(ENOTDIR|EEXIST)/);
});

test('a process killed during its very first start does not block the next start', async () => {
  const dataDir = freshFolder();
  await mkdir(join(dataDir, 'pglite', 'base'), { recursive: true });
  await writeFile(join(dataDir, 'pglite', 'PG_VERSION'), '');
  await writeFile(join(dataDir, 'pglite.unfinished'), '');
  const db = await openDatabase({ dataDir });
  expect(await listSamples(db, { limit: 1 })).toEqual([]);
  await db.close();
});

test('a damaged database is reported, and its folder lock is released', async () => {
  const dataDir = freshFolder();
  await mkdir(join(dataDir, 'pglite', 'base'), { recursive: true });
  await writeFile(join(dataDir, 'pglite', 'PG_VERSION'), '18\n');
  await expect(openDatabase({ dataDir })).rejects.toThrow(/does not open/);
  await (await lockFolder(dataDir))();
});

describe('a stale lock', () => {
  const dead = async () => {
    const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await new Promise(resolve => child.once('exit', resolve));
    return child.pid;
  };
  async function leaveLock(text: string): Promise<string> {
    const folder = freshFolder();
    await mkdir(folder);
    await writeFile(join(folder, 'pglite.lock'), text);
    return folder;
  }
  /** A lock of this process, with `change` applied. */
  async function lockText(change: object): Promise<string> {
    const folder = await leaveLock('');
    await rm(join(folder, 'pglite.lock'));
    const unlock = await lockFolder(folder);
    const text = await readFile(join(folder, 'pglite.lock'), 'utf8');
    await unlock();
    return JSON.stringify({ ...JSON.parse(text), ...change });
  }

  test('of a dead process is taken over by one of twenty processes', async () => {
    const folder = await leaveLock(await lockText({ pid: await dead() }));
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)));
    const winners = answers.filter(answer => answer.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    await expect(lockFolder(folder)).rejects.toBeInstanceOf(DataFolderInUse);
    await winners[0]!.value();
    await (await lockFolder(folder))();
  });

  test.runIf(process.platform === 'linux')('of a dead process whose id is reused is taken over', async () => {
    const folder = await leaveLock(await lockText({ started: 'another boot 1' }));
    await (await lockFolder(folder))();
  });

  test.concurrent('of an unreachable machine is taken over after the silence limit', async () => {
    const folder = await leaveLock(await lockText({ place: `not-${hostname()}` }));
    await (await lockFolder(folder))();
  });

  test.concurrent('that is unreadable is taken over after the silence limit', async () => {
    const folder = await leaveLock('');
    await (await lockFolder(folder))();
  });

  test.concurrent('of an unreachable machine that still beats is respected', async () => {
    const folder = await leaveLock('');
    await rm(join(folder, 'pglite.lock'));
    const unlock = await lockFolder(folder);
    // The holder keeps touching the file; only the content of its lock cannot be verified.
    await writeFile(join(folder, 'pglite.lock'), await lockText({ place: `not-${hostname()}` }));
    await expect(lockFolder(folder)).rejects.toBeInstanceOf(DataFolderInUse);
    await unlock();
  });
});
