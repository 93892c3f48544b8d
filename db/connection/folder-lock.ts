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
    super(`the data folder ${folder} is in use by ${holder}: stop that one, or choose another folder`);
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

/** A holder shows that it lives by touching its lock this often, so that another container can see it. */
const beatMs = 2_000;
/** Three beats: a busy moment is no death. */
const silenceMs = 6_000;

/**
 * Takes `pglite.lock` in the folder, or throws DataFolderInUse. A lock whose process is dead is taken over.
 * Resolves to the function that gives it back.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const lock = join(folder, 'pglite.lock');
  const text = await take(lock, folder);
  const beat = setInterval(() => {
    const now = new Date();
    // A beat that fails is a beat missed; the process id still speaks for us.
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
    // One process at a time may remove a dead lock, and only the one it found dead:
    // otherwise a slow one would remove the lock of the one that took over before it.
    const takeover = `${lock}.takeover`;
    await take(takeover, folder);
    if ((await read(lock)) === found) await rm(lock, { force: true });
    await rm(takeover, { force: true });
  }
}

async function lives(lock: string, holder: Holder | null): Promise<boolean> {
  if (holder?.place === place()) {
    if (!isRunning(holder.pid)) return false;
    // The system gives a dead process's number to another one: only the time of birth tells them apart.
    if (holder.started !== null) return startOf(holder.pid) === holder.started;
  }
  const before = await touched(lock);
  await delay(silenceMs);
  const after = await touched(lock);
  return after !== null && after !== before;
}

/** Where process ids mean the same: the machine and, on Linux, the container. */
function place(): string {
  return [hostname(), fromProc(() => readlinkSync('/proc/self/ns/pid'))].filter(Boolean).join(' ');
}

/** When the process was born; null where the system does not say, or when it is dead and not yet buried. */
function startOf(pid: number): string | null {
  return fromProc(() => {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // After the name in brackets, which may hold anything, come the state and, 19 fields on, the birth.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields[0] === 'Z' || fields[0] === 'X' ? null : `${boot} ${fields[19]}`;
  });
}

/** Linux tells more about processes than Node does; elsewhere null, and the beat has to do. */
function fromProc(look: () => string | null): string | null {
  try {
    return look();
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
