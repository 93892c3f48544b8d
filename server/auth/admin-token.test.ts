import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataFolderUnwritable } from '../../db/connection/pglite-folder.ts';
import { temporaryFolder } from '../testing/server.ts';
import { AdminTokenError, adminToken, isAdmin } from './admin-token.ts';

let folder: string;
let remove: () => void;
beforeEach(() => {
  ({ folder, remove } = temporaryFolder());
});
afterEach(() => remove());
const file = () => join(folder, 'admin-token');

test('the first start makes a token, later starts use it, and other users of the machine cannot read it', () => {
  const token = adminToken({ dataDir: folder });
  expect(token).toMatch(/^[\w-]{32}$/);
  expect(adminToken({ dataDir: folder })).toBe(token);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['admin-token']);
});

test('a token from the settings is used, and nothing is written', () => {
  expect(adminToken({ dataDir: folder, setting: 'of-the-operator-1' })).toBe('of-the-operator-1');
  expect(existsSync(file())).toBe(false);
});

describe('a file with an invalid token fails the start with a clear message', () => {
  test.each([
    ['an empty file, as a full disk leaves it', ''],
    ['blanks', ' \n'],
    ['half a token', 'AbCdEfGhIjKlMnO'],
  ])('%s', (_what, text) => {
    writeFileSync(file(), text);
    expect(() => adminToken({ dataDir: folder })).toThrow(AdminTokenError);
    expect(() => adminToken({ dataDir: folder })).toThrow(`delete the file`);
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });

  test('the temporary file of a killed start is not used', () => {
    writeFileSync(`${file()}.new`, 'half');
    expect(adminToken({ dataDir: folder })).toHaveLength(32);
    expect(readdirSync(folder)).toEqual(['admin-token']);
  });
});

test('the error for an unwritable folder names it, and no file is left', () => {
  writeFileSync(join(folder, 'a-file'), '');
  expect(() => adminToken({ dataDir: join(folder, 'a-file', 'data') })).toThrow(DataFolderUnwritable);
});

test('an empty token makes nobody an admin', () => {
  expect(isAdmin('', '')).toBe(false);
  expect(isAdmin('token', 'token')).toBe(true);
  expect(isAdmin('token', undefined)).toBe(false);
});
