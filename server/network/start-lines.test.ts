import { expect, test } from 'vitest';
import { startLines } from './start-lines.ts';

const info = { netmask: '', mac: '9c:6b:00:11:22:33', internal: false, cidr: null, family: 'IPv4' as const };
const parts = {
  generatedToken: 'token',
  listening: { address: '::', family: 'IPv6', port: 8600 },
  contained: false,
  interfaces: { docker0: [{ ...info, address: '172.17.0.1' }], eth0: [{ ...info, address: '192.168.1.2' }] },
};

test('a machine prints the address for itself, the likeliest for others, and the Admin link', () => {
  expect(startLines(parts)).toEqual([
    'Inkling reads at http://localhost:8600',
    'and probably for everybody else here at http://192.168.1.2:8600',
    'Admin: http://localhost:8600/?admin=token',
  ]);
});

test('several likely addresses are printed, since the first one may be wrong', () => {
  const interfaces = { ...parts.interfaces, wlan0: [{ ...info, address: '10.0.0.7' }] };
  expect(startLines({ ...parts, interfaces })[1]).toContain(
    'http://192.168.1.2:8600 or http://10.0.0.7:8600',
  );
});

test('a machine without a likely address asks for PUBLIC_ORIGIN', () => {
  const lines = startLines({ ...parts, interfaces: { docker0: parts.interfaces.docker0 } });
  expect(lines[1]).toMatch(/^For phones, set PUBLIC_ORIGIN to the address that people open/);
  expect(lines.join()).not.toContain('172.17.0.1');
});

test('in a container an unreachable address is not printed; PUBLIC_ORIGIN is asked for', () => {
  const lines = startLines({ ...parts, contained: true });
  expect(lines).toEqual([
    expect.stringMatching(
      /^Inkling reads in a container.*: set PUBLIC_ORIGIN to the address that people open/,
    ),
    'Admin: /?admin=token after the address at which you open Inkling',
  ]);
  expect(lines.join()).not.toMatch(/172\.|localhost|8600/);
});

test('PUBLIC_ORIGIN is printed, and nothing is guessed', () => {
  const lines = ['Inkling reads at https://ink.example.org', 'Admin: https://ink.example.org/?admin=token'];
  for (const contained of [true, false])
    expect(startLines({ ...parts, contained, publicOrigin: 'https://ink.example.org' })).toEqual(lines);
});

test('a token that the operator chose is not printed', () => {
  const lines = startLines({ ...parts, generatedToken: undefined });
  expect(lines.at(-1)).toBe('Admin: http://localhost:8600/?admin=ADMIN_TOKEN');
});
