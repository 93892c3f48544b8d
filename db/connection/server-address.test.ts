import { describe, expect, test } from 'vitest';
import { AddressError, describeAddress, parseAddress } from './server-address.ts';

describe('an address', () => {
  test.each([
    [
      'postgresql://ada:s%23%2F%3F%25@db:5433/ink',
      { user: 'ada', password: 's#/?%', host: 'db', port: 5433 },
    ],
    ['postgres://ada@db/a%23b', { user: 'ada', password: undefined, database: 'a#b' }],
    ['postgresql://ada:p@ss:w"rd$+@db/ink', { password: 'p@ss:w"rd$+', host: 'db' }],
    ['postgresql://[::1]:5433/ink', { host: '::1', port: 5433 }],
    ['postgresql://%2Fvar%2Frun%2Fpostgresql/ink', { host: '/var/run/postgresql', database: 'ink' }],
    ['postgresql:///ink?host=/var/run/postgresql&port=5433', { host: '/var/run/postgresql', port: 5433 }],
    ['postgresql://ada:x@/ink?host=/tmp', { user: 'ada', password: 'x', host: '/tmp', database: 'ink' }],
    ['postgresql://db', { host: 'db', port: undefined, database: undefined, tls: undefined }],
    ['postgresql://db/ink?options=-c%20search_path=ink', { options: '-c search_path=ink' }],
  ])('%s', (text, parts) => expect(parseAddress(text)).toMatchObject(parts));

  test.each([
    ['sslmode=require', { mode: 'require' }],
    ['sslmode=allow', { mode: 'prefer' }],
    ['sslmode=no-verify', { mode: 'require' }],
    ['sslmode=verify-ca&sslrootcert=/a+b.pem', { mode: 'verify-ca', rootCert: '/a+b.pem' }],
    ['sslrootcert=/ca.pem', { mode: 'verify-full', rootCert: '/ca.pem' }],
    ['ssl=true', { mode: 'verify-full' }],
    ['ssl=0', { mode: 'disable' }],
    ['sslmode=verify-full&sslcert=/me.pem&sslkey=/me.key', { cert: '/me.pem', key: '/me.key' }],
  ])('with %s', (query, tls) => expect(parseAddress(`postgresql://db/ink?${query}`).tls).toMatchObject(tls));

  test.each(['#', '/', '?', '%'])('rejects %s in a raw password and explains the encoding', character => {
    for (const password of [`hunter${character}too`, `12${character}too`]) {
      const parse = () => parseAddress(`postgresql://ada:${password}@db:5432/ink`);
      expect(parse).toThrow(AddressError);
      expect(parse).toThrow(/percent-encoded: .*%23/);
      expect(parse).not.toThrow(/hunter|12|too/);
    }
  });

  test.each([
    ['localhost', /a postgresql:/],
    ['mysql://ada:hunter2@db/ink', /a postgresql:/],
    ['postgresql://db:x/ink', /such as/],
    ['postgresql://db:70000/ink', /such as/],
    ['postgresql://db/ink?port=0', /port/],
    ['postgresql://one:1,two:2/ink', /such as/],
    ['postgresql://db/ink?sslmode=yes', /disable, prefer, require, verify-ca, verify-full/],
    ['postgresql://db/ink?sslmode=verify-ca', /sslrootcert/],
  ])('rejects %s with a clear message', (text, words) => {
    expect(() => parseAddress(text)).toThrow(AddressError);
    expect(() => parseAddress(text)).toThrow(words);
  });

  test('is printed without its secrets', () => {
    const secret = 'hunter2';
    const text = `postgresql://ada:${secret}@[::1]:5433/ink?sslmode=require&sslkey=/${secret}&options=${secret}`;
    expect(describeAddress(parseAddress(text))).toBe('postgresql://ada:•••@[::1]:5433/ink?sslmode=require');
    expect(describeAddress(parseAddress(`postgresql:///ink?host=/tmp&password=${secret}`))).toBe(
      'postgresql://:•••@/tmp/ink',
    );
  });
});
