import { expect, test } from 'vitest';
import { cleanName, isAllowedName, isVisible } from './name.ts';
import { nameSchema } from './protocol.ts';

const taken = (name: string) => nameSchema.safeParse(name).success;

test.each([
  ['a family, of emoji that are joined', '👩‍👩‍👧‍👦'],
  ['a profession in a skin colour', '👩🏽‍🚀'],
  ['a heart on fire, with a selector before the joiner', '❤️‍🔥'],
  ['a flag of tags', '🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
  ['Persian with a non-joiner', 'می‌خواهم'],
  ['Sinhala', 'ශ්‍රී'],
  ['Malayalam that ends in a joiner', 'അവന്‍'],
  ['Hebrew, Chinese and a space', 'שרה 王小明'],
])('[S2] a person may be called %s', (_what, name) => {
  expect(taken(name)).toBe(true);
  expect(cleanName(name)).toBe(name);
});

test.each([
  ['the filler of Hangul', '\u3164'],
  ['the blank of Braille', '\u2800\u2800'],
  ['a filler of half width', '\uffa0'],
  ['a selector', '\ufe0f'],
  ['a joiner', '\u200d'],
  ['a soft hyphen', '\u00ad'],
  ['blanks of all kinds', ' \u3164 \u2800 \u00a0\u3000'],
  ['tags without a flag', '\u{e0041}\u{e0042}'],
])('[S2] %s is refused as a name, because nothing of it can be seen', (_what, name) => {
  expect(taken(name)).toBe(name.trim() === '');
  expect(cleanName(name)).toBe('');
});

test.each([
  ['two joiners in a row', 'क\u200d\u200dष'],
  ['a joiner after a space', 'a \u200db'],
  ['a name written backwards', '\u202eevil'],
  ['half a character', 'a\ud83db'],
  ['a tag after a letter', 'a\u{e0041}'],
  ['markup', '<b>'],
])('[S2] %s is refused as a name', (_what, name) => {
  expect(taken(name)).toBe(false);
  expect(isAllowedName(cleanName(name))).toBe(true);
  expect(isVisible(cleanName(name))).toBe(true);
});

test('[S2] a name may be empty', () => {
  expect(taken('')).toBe(true);
});
