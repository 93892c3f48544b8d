import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

/** Another process has the folder's database open. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  readonly folder: string;
  constructor(folder: string, holder: string) {
    super(`the data folder ${folder} is in use by ${holder}: stop that process, or choose another folder`);
    this.folder = folder;
  }
}

const holderSchema = z.object({
  id: z.string(),
  pid: z.int(),
  place: z.string(),
  started: z.string().nullable(),
});
type Holder = z.infer<typeof holderSchema>;

/** Interval at which the holder touches its lock, so that processes in other containers see that it is alive. */
const beatMs = 2_000;
/** Three beats, so that a busy holder is not taken for dead. */
const silenceMs = 6_000;

/**
 * Takes `pglite.lock` in the folder, or throws DataFolderInUse. Takes over the lock of a dead process. Resolves to
 * the function that releases the lock.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const lock = join(folder, 'pglite.lock');
  const text = await take(lock, folder);
  const beat = setInterval(() => {
    const now = new Date();
    // A failed touch is a missed beat; on this machine the process id still proves that the holder is alive.
    utimes(lock, now, now).catch(() => {});
  }, beatMs);
  beat.unref();
  return async () => {
    clearInterval(beat);
    if ((await read(lock)) === text) await rm(lock, { force: true });
  };
}

async function take(lock: string, folder: string): Promise<string> {
  const mine: Holder = { id: randomUUID(), pid: process.pid, place: place(), started: startOf(process.pid) };
  const text = JSON.stringify(mine);
  for (;;) {
    if (await create(lock, text)) return text;
    const found = await read(lock);
    if (found === null) continue;
    const holder = parseHolder(found);
    if (await lives(lock, holder))
      throw new DataFolderInUse(
        folder,
        holder ? `process ${holder.pid} (${holder.place})` : 'another process',
      );
    // One process at a time removes a dead lock, and removes only the lock it found dead. Otherwise a slow process
    // would remove the lock of the process that took over before it.
    const takeover = `${lock}.takeover`;
    await take(takeover, folder);
    if ((await read(lock)) === found) await rm(lock, { force: true });
    await rm(takeover, { force: true });
  }
}

async function lives(lock: string, holder: Holder | null): Promise<boolean> {
  if (holder?.place === place()) {
    if (!isRunning(holder.pid)) return false;
    // The system reuses process ids; the start time distinguishes a new process from the dead one.
    if (holder.started !== null) return startOf(holder.pid) === holder.started;
  }
  const before = await touched(lock);
  await delay(silenceMs);
  const after = await touched(lock);
  return after !== null && after !== before;
}

/** The scope within which process ids are comparable: the machine and, on Linux, the container. */
function place(): string {
  return [hostname(), fromProc(() => readlinkSync('/proc/self/ns/pid'))].filter(Boolean).join(' ');
}

/** Start time of the process; null if the system does not report one, or if the process is a zombie. */
function startOf(pid: number): string | null {
  return fromProc(() => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The command name in brackets may hold any character; after it come the state and, 19 fields later, the start
    // time.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' || fields[0] === 'X' ? null : `${boot} ${fields[19]}`;
  });
}

/** Linux has /proc; on other systems this returns null and only the beat decides. */
function fromProc(read: () => string | null): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

async function create(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function touched(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.mtimeMs ?? null;
}

function parseHolder(text: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
