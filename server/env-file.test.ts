import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { cutSettings } from './env-file.ts';

/** As if all values came from the file. */
const cutIn = (text: string) => cutSettings(text, name => parseEnv(text)[name]);

describe('a value cut at # is reported', () => {
  test.each([
    'DB_PASSWORD=hunter#2',
    'DB_PASSWORD=#2',
    'export DB_PASSWORD = hunter#2',
    `DB_PASSWORD=it's#2`,
    'DB_PASSWORD="hunter"2',
    'DB_PASSWORD="hunter\\n2"',
    'PORT=80\nDB_PASSWORD=hunter#2',
  ])('%j', text => expect(cutIn(text)).toEqual(['DB_PASSWORD']));
});

test('an unclosed quote swallows the next setting', () => {
  expect(cutIn('DB_PASSWORD="hunter\nPORT="8501"')).toEqual(['DB_PASSWORD', 'PORT']);
});

describe('a value that is read as written is not reported', () => {
  test.each([
    'DB_PASSWORD=hunter2',
    'DB_PASSWORD=',
    'DB_PASSWORD= # none',
    'DB_PASSWORD=hunter2 # a comment',
    `DB_PASSWORD='hunter#2'`,
    'DB_PASSWORD="hunter#2"  # a comment',
    'DB_PASSWORD=`it\'s "2#"`',
    'DB_PASSWORD=$2a$"b',
    '# DB_PASSWORD=hunter#2',
    'DB_PASSWORD=one#1\nDB_PASSWORD=two',
  ])('%j', text => expect(cutIn(text)).toEqual([]));

  test('a value from elsewhere is not reported', () => {
    expect(cutSettings('DB_PASSWORD=hunter#2', () => 'another')).toEqual([]);
    expect(cutSettings('DB_PASSWORD=hunter#2', () => undefined)).toEqual([]);
  });
});
