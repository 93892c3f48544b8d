import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolderUnwritable } from '../db/pglite-folder.ts';

/**
 * The token that makes its holder an admin. Without a setting, one is generated at the first start and kept
 * in the data folder, readable by the server's user alone. Throws `DataFolderUnwritable`.
 */
export function adminToken({ dataDir, setting }: { dataDir: string; setting?: string }): string {
  if (setting !== undefined) return setting;
  const file = join(dataDir, 'admin-token');
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const kept = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    if (!kept) throw new DataFolderUnwritable(dataDir, error);
  }
  return readFileSync(file, 'utf8').trim();
}

/**
 * The key sessions are signed with. Derived, so that one secret is all a cluster shares; who changes the
 * token signs everybody out.
 */
export function sessionKey(token: string): string {
  return createHmac('sha256', token).update('inkling session 1').digest('base64url');
}

/** Compares in constant time whatever the lengths. */
export function isAdmin(token: string, offered: string | undefined): boolean {
  if (offered === undefined) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(token), digest(offered));
}
