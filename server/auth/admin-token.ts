import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolderUnwritable } from '../../db/connection/pglite-folder.ts';

/** The file of the admin token holds none. */
export class AdminTokenError extends Error {
  override readonly name = 'AdminTokenError';
}

/** As many characters as the setting ADMIN_TOKEN needs. */
const leastLength = 16;

/**
 * The token that makes its holder an admin. Without a setting, one is generated at the first start and kept
 * in the data folder, readable by the server's user alone. Throws `DataFolderUnwritable` and `AdminTokenError`.
 */
export function adminToken({ dataDir, setting }: { dataDir: string; setting?: string }): string {
  if (setting !== undefined) return setting;
  const file = join(dataDir, 'admin-token');
  if (!existsSync(file)) generate(dataDir, file);
  const token = readFileSync(file, 'utf8').trim();
  if (token.length >= leastLength) return token;
  throw new AdminTokenError(
    `The file ${file} holds ${token.length} characters, and an admin token has at least ${leastLength}: delete the file, and the next start makes a new token.`,
  );
}

/** Written aside, so that a start that a full disk or a power cut ends leaves no file with half a token. */
function generate(dataDir: string, file: string) {
  const aside = `${file}.new`;
  try {
    mkdirSync(dataDir, { recursive: true });
    rmSync(aside, { force: true });
    writeFileSync(aside, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
    renameSync(aside, file);
  } catch (error) {
    if (existsSync(aside)) rmSync(aside);
    throw new DataFolderUnwritable(dataDir, error);
  }
}

/**
 * The key sessions are signed with. Derived, so that one secret is all a cluster shares; who changes the
 * token signs everybody out.
 */
export function sessionKey(token: string): string {
  return createHmac('sha256', token).update('inkling session 1').digest('base64url');
}

/** Compares in constant time whatever the lengths. An empty token is nobody's. */
export function isAdmin(token: string, offered: string | undefined): boolean {
  if (offered === undefined || token === '') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(token), digest(offered));
}
