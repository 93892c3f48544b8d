import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolderUnwritable } from '../../db/connection/pglite-folder.ts';

/** The admin token's file holds no valid token. */
export class AdminTokenError extends Error {
  override readonly name = 'AdminTokenError';
}

/** As many characters as the setting ADMIN_TOKEN needs. */
const minLength = 16;

/**
 * The token that makes its holder an admin. Without a setting, the first start generates one and stores it in the
 * data folder, readable only by the server's user. Throws `DataFolderUnwritable` and `AdminTokenError`.
 */
export function adminToken({ dataDir, setting }: { dataDir: string; setting?: string }): string {
  if (setting !== undefined) return setting;
  const file = join(dataDir, 'admin-token');
  if (!existsSync(file)) generate(dataDir, file);
  const token = readFileSync(file, 'utf8').trim();
  if (token.length >= minLength) return token;
  throw new AdminTokenError(
    `The file ${file} has ${token.length} characters, but an admin token has at least ${minLength}: delete the file, and the next start generates a new token.`,
  );
}

/**
 * Writes to a temporary file first, so that a full disk or a power cut during the start leaves no file with half a
 * token.
 */
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
 * The key that signs sessions, derived from the token, so that a cluster shares one secret only; a new token signs
 * everybody out.
 */
export function sessionKey(token: string): string {
  return createHmac('sha256', token).update('inkling session 1').digest('base64url');
}

/** Compares in constant time for every length. An empty token never matches. */
export function isAdmin(token: string, offered: string | undefined): boolean {
  if (offered === undefined || token === '') return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(token), digest(offered));
}
