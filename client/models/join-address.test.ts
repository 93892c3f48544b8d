import { describe, expect, test } from 'vitest';
import { joinAddress } from './join-address.ts';

const pageAt = (origin: string) => new URL(origin);
const guess = { origin: 'http://192.168.1.20:8501', originGuessed: true } as const;
const none = { origin: null };
const set = { origin: 'https://ink.example.org' };
const local = pageAt('http://localhost:8501');
const lan = pageAt('http://192.168.7.7:8501');

describe('the address for phones', () => {
  test.each([local, lan])('is PUBLIC_ORIGIN wherever the page was opened (%s)', page => {
    expect(joinAddress(set, page)).toEqual({ state: 'known', origin: 'https://ink.example.org' });
  });

  test.each([undefined, none, guess])('is the page’s own where others can open it (offer %j)', offer => {
    expect(joinAddress(offer, lan)).toEqual({ state: 'known', origin: 'http://192.168.7.7:8501' });
  });

  test.each([
    'http://localhost:8501',
    'http://127.0.0.1',
    'http://[::1]:8501',
    'http://ink.localhost',
    'http://0.0.0.0:1',
  ])('is never %s, which only that machine can open', origin => {
    expect(joinAddress(guess, pageAt(origin))).toEqual({ state: 'guessed', origin: guess.origin });
    expect(joinAddress(none, pageAt(origin))).toEqual({ state: 'unknown' });
    expect(joinAddress(undefined, pageAt(origin))).toEqual({ state: 'awaited' });
  });
});
