import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, type DatabaseUnavailable, unavailable } from './database-errors.ts';
import { ownCodes } from './trouble.ts';
import type { Watch } from './watch.ts';

/** The file system calls that the guard needs. */
export interface Disk {
  statfs(folder: string): Promise<{ bavail: number; bsize: number; blocks: number }>;
  /** Rejects if this process may not read and write the file. */
  access(file: string, mode: number): Promise<void>;
}

export const megabyte = 1_048_576;
/**
 * PostgreSQL loops for ever when the disk has no room for the next segment of its write-ahead log, 16 MB. The largest
 * statement, a page of an import, writes two segments; the rest is for other programs on the disk.
 */
export const reserveBytes = 64 * megabyte;

export interface DiskGuardParts {
  /** Folder of the database. */
  folder: string;
  disk?: Disk | undefined;
  watch?: Watch;
}

export type DiskGuard = ReturnType<typeof createDiskGuard>;

const nodeDisk: Disk = { statfs, access };

/** Why the folder cannot take writes; null if the disk has the reserve plus `more`. */
export async function describeLackOfRoom(
  folder: string,
  { disk = nodeDisk, more = 0 }: { disk?: Disk | undefined; more?: number },
) {
  const { bavail, bsize, blocks } = await disk.statfs(folder);
  const [free, needed] = [bavail * bsize, reserveBytes + more];
  // Some network file systems report a size of 0.
  if (blocks === 0 || free >= needed) return null;
  const left = `${Math.floor(free / megabyte)} MB are left, and ${needed / megabyte} MB are needed`;
  return unavailable(new CodedError(left, ownCodes.diskFull));
}

/** Stops writes of the embedded database when the disk is full, read-only or gone. */
export function createDiskGuard({ folder, disk = nodeDisk, watch }: DiskGuardParts) {
  async function troubleOfDisk(): Promise<DatabaseUnavailable | null> {
    try {
      await disk.access(join(folder, 'PG_VERSION'), constants.R_OK | constants.W_OK);
      return await describeLackOfRoom(folder, { disk });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return unavailable(new CodedError(detail, ownCodes.noFolder));
    }
  }

  return {
    /** Whether the database can be written to. */
    writable: async () => (await troubleOfDisk()) === null,
    /** Rejects with DatabaseUnavailable when the database must not be written to. */
    async check(): Promise<void> {
      const error = await troubleOfDisk();
      if (error === null) return watch?.succeeded();
      watch?.failed(error.trouble);
      throw error;
    },
  };
}
