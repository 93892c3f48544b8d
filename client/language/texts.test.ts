import { expect, test } from 'vitest';
import { languages } from './languages.ts';
import { beside } from './texts/en/beside.ts';
import { guide } from './texts/en/guide.ts';
import { lab } from './texts/en/lab.ts';
import { page } from './texts/en/page.ts';
import { privacy } from './texts/en/privacy.ts';
import { room } from './texts/en/room.ts';
import { verdict } from './texts/en/verdict.ts';

const english: object = { page, beside, guide, room, lab, verdict, privacy };
/** Counts that select every plural category of every language; no two have the same digits. */
const counts = [1, 2, 5, 21, 100];
const codes = Object.keys(languages).filter(code => code !== 'en');

async function textsOf(code: string): Promise<Record<string, unknown>> {
  const module: { texts: object } = await import(`./texts/${code}/${code}.ts`);
  return { ...module.texts };
}

/** The texts by their path. */
function flatten(texts: object, path = ''): [string, unknown][] {
  return Object.entries(texts).flatMap(([key, value]): [string, unknown][] =>
    typeof value === 'object' && value !== null ? flatten(value, `${path}${key}.`) : [[path + key, value]],
  );
}

interface Called {
  sentence: string;
  /** The values of the parameters that the sentence asked for. */
  values: Set<number>;
}

/** Calls a text with a number for each parameter, and for each value of a parameter that is an object. */
function call(text: unknown, count: number): Called {
  if (typeof text !== 'function') throw new TypeError('A text with parameters is a function.');
  const values = new Set<number>();
  const give = (value: number) => {
    values.add(value);
    return value;
  };
  const numberOf = (name: string) =>
    3000 + ([...name].reduce((sum, letter) => 31 * sum + letter.charCodeAt(0), 7) % 4999);
  const parameter = (at: number) =>
    new Proxy(
      {},
      {
        get: (_, name) =>
          typeof name === 'symbol'
            ? () => give(at === 0 ? count : 3000 + at)
            : give(numberOf(`${at} ${name}`)),
      },
    );
  const parameters = Array.from({ length: text.length }, (_, at) => parameter(at));
  return { sentence: `${Reflect.apply(text, undefined, parameters)}`, values };
}

const sentencesOf = (text: unknown) =>
  typeof text === 'function' ? counts.map(count => call(text, count).sentence) : [`${text}`];

const digitsIn = (sentence: string) => sentence.replace(/(?<=\d)[.,\s\u00a0\u202f’](?=\d)/g, '');
const marksIn = (sentence: string) => (sentence.match(/<\w+>/g) ?? []).sort();

/** Words that both languages write alike. */
const alike: Record<string, readonly string[]> = {
  de: ['beside.others.inRoom', 'room.panel.person'],
  it: ['beside.others.inRoom'],
  tr: ['page.draw.model'],
};
const alikeEverywhere = ['lab.learned.sets.mnist'];

test.each(codes)('%s has every text of English, and no other', async code => {
  const { refusals: _, ...texts } = await textsOf(code);
  expect(
    flatten(texts)
      .map(([path]) => path)
      .sort(),
  ).toEqual(
    flatten(english)
      .map(([path]) => path)
      .sort(),
  );
});

test.each(codes)('%s leaves no text in English', async code => {
  const texts = new Map(flatten(await textsOf(code)));
  const same = flatten(english)
    .filter(([path, text]) => {
      const [one, other] = [sentencesOf(text), sentencesOf(texts.get(path))];
      return (
        /[a-z]{2}/i.test(one[0]!.replace(/<[^>]+>/g, '')) && one.some((sentence, i) => sentence === other[i])
      );
    })
    .map(([path]) => path);
  expect(same.filter(path => ![...alikeEverywhere, ...(alike[code] ?? [])].includes(path))).toEqual([]);
});

test.each(codes)('%s says every value and every mark that English says', async code => {
  const texts = new Map(flatten(await textsOf(code)));
  for (const [path, text] of flatten(english)) {
    if (typeof text === 'string') {
      expect(marksIn(`${texts.get(path)}`), path).toEqual(marksIn(text));
      continue;
    }
    // A plural may say one and two by a word alone.
    for (const count of counts.filter(each => each > 2)) {
      const source = call(text, count);
      const { sentence } = call(texts.get(path), count);
      expect(marksIn(sentence), path).toEqual(marksIn(source.sentence));
      for (const value of [...source.values].filter(each => digitsIn(source.sentence).includes(`${each}`)))
        expect(digitsIn(sentence), path).toContain(`${value}`);
    }
  }
});

test.each(['en', ...codes])('%s builds no text from pieces: each is whole, with its signs', async code => {
  const texts = code === 'en' ? english : await textsOf(code);
  for (const [path, text] of flatten(texts))
    for (const sentence of sentencesOf(text)) {
      expect(sentence, path).not.toMatch(/^[\s,;.:،؛]|\s$|undefined|\[object|NaN|\s{2}/);
      expect(sentence.replace(/<(\w+)>.*?<\/\1>/g, ''), path).not.toMatch(/[<>]/);
    }
});
