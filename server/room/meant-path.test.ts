import { expect, test } from 'vitest';
import { roomSchema } from '../../shared/protocol.ts';
import { meantPath } from './meant-path.ts';

test.each([
  ['/r/Class4B', '/r/class4b'],
  ['/r/My Class', '/r/my-class'],
  ['/r/My%20Class/Wall', '/r/my-class/wall'],
  ['/wall/', '/wall'],
  ['/Lab', '/lab'],
  ['/r/x/', '/r/x'],
  ['/r/x//wall', '/r/x/wall'],
  ['/R/x', '/r/x'],
  ['/r/Caf%C3%A9', '/r/cafe'],
  ['//', '/'],
])('a person who opens %s means %s', (path, meant) => {
  expect(meantPath(path)).toBe(meant);
  expect(meantPath(meant)).toBe(meant);
});

test.each([
  '/r',
  '/r/',
  '/r/%D0%9A%D0%BB%D0%B0%D1%81',
  '/r/!',
  '/r/x/y',
  '/r/x/wall/z',
  '/inkling/',
  '/apiary',
  '/%',
])('no page is like %s', path => {
  expect(meantPath(path)).toBeUndefined();
});

test.each([
  '//evil.example',
  '/\\evil.example',
  '/%2f/evil.example',
  '/r//evil.example',
  '/r/%2Fevil.example%2F..',
])('%s leads to no other site', path => {
  const meant = meantPath(path);
  if (meant !== undefined) expect(roomSchema.safeParse(meant.slice('/r/'.length)).success).toBe(true);
});
