import { afterEach, expect, test } from 'vitest';
import { chooseLanguage, formatTime, language, percent, startLanguage, texts } from './language.ts';
import { formatTag, preferredLanguage } from './languages.ts';
import { refusalText } from './refusal-text.ts';

afterEach(() => chooseLanguage('en'));

function store(kept?: string) {
  const values = new Map(kept === undefined ? [] : [['language', kept as unknown]]);
  return {
    values,
    read: (key: string) => values.get(key),
    write: (key: string, value: unknown) => void values.set(key, value),
  };
}

async function start({ query = '', kept = undefined as string | undefined, tags = ['en-GB'] }) {
  const shown: string[] = [];
  const parts = {
    store: store(kept),
    visitStore: store(),
    query,
    tags,
    show: (code: string, direction: string) => void shown.push(`${code} ${direction}`),
  };
  await startLanguage(parts);
  return { ...parts, shown };
}

test('the browser chooses the language, by its first language that the page has', async () => {
  expect(preferredLanguage(['rm', 'de-CH', 'fr'])).toBe('de');
  expect(preferredLanguage(['xx'])).toBe('en');
  const { shown } = await start({ tags: ['rm', 'de-CH', 'fr'] });
  expect(shown).toEqual(['de ltr']);
  expect(texts.value.draw.clear).toBe('Löschen');
});

test('the choice of the person is stored and stands before the browser’s', async () => {
  const { store: kept } = await start({ kept: 'de' });
  expect(language.value).toBe('de');
  await chooseLanguage('en');
  expect(kept.values.get('language')).toBe('en');
  expect(texts.value.draw.clear).toBe('Clear');
});

test('?lang= stands before all for the visit, and is not stored for the next', async () => {
  const { store: kept, visitStore } = await start({ query: '?admin=x&lang=de', kept: 'en' });
  expect(language.value).toBe('de');
  expect([kept.values.get('language'), visitStore.values.get('language')]).toEqual(['en', 'de']);
});

test('an unknown language in address or storage counts as none', async () => {
  await start({ query: '?lang=tlh', kept: 'zz', tags: ['de'] });
  expect(language.value).toBe('de');
});

test('times and shares follow the language and the region of the browser', async () => {
  const today = new Date();
  today.setHours(14, 46);
  await start({ tags: ['de-AT'] });
  expect(formatTime(today.toISOString())).toBe('14:46');
  expect(percent(0.5)).toBe('50\u00a0%');
  await start({ tags: ['en-US'] });
  expect(formatTime(today.toISOString())).toMatch(/^0?2:46\sPM$/);
  expect(percent(0.5)).toBe('50%');
  expect(formatTag('ar', ['ar-EG'])).toBe('ar-EG-u-nu-latn');
});

test('a refusal is a sentence of the language by its code, else by its reason, else the server’s own', async () => {
  const message = 'It is learning already; wait for it to end.';
  const busy = { reason: 'busy', code: 'already_learning', message };
  expect(refusalText(busy)).toBe(message);
  await start({ tags: ['de'] });
  expect(refusalText(busy)).toBe('Es lernt schon; warte, bis es fertig ist.');
  expect(refusalText({ ...busy, code: 'of a later release' })).toMatch(/^Es ist gerade beschäftigt/);
  expect(refusalText({ reason: 'of a later release', message })).toBe(message);
  expect(refusalText({ reason: 'unanswered', message: '' })).toMatch(/^Der Server antwortet nicht/);
});
