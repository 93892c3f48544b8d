import { int, type Random } from '../../shared/random.ts';

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[int(random, items.length)];
}

/** Input that breaks parsers: control characters, separators of Engine.IO, lone surrogates, large numbers. */
const breaking = [
  '\u0000',
  '\u001e',
  '\ud800',
  '\udfff',
  '\ufeff',
  '"',
  '\\',
  '[',
  '{',
  '%',
  '-1',
  '2147483648',
  '1e999',
];

/** The text with a few characters removed, doubled or inserted. */
export function mutate(random: Random, text: string): string {
  let mutated = text;
  for (let changes = int(random, 4); changes > 0; changes--) {
    const from = int(random, mutated.length + 1);
    const to = from + int(random, 6);
    const middle = pick(random, ['', mutated.slice(from, to).repeat(2), pick(random, breaking)]);
    mutated = mutated.slice(0, from) + middle + mutated.slice(to);
  }
  return mutated;
}

/** The URL with one query value replaced. */
export function mutateQuery(random: Random, address: string): string {
  const [path, query = ''] = address.split('?');
  const values = query.split('&');
  const at = int(random, values.length);
  values[at] = `${values[at].split('=')[0]}=${pick(random, breaking)}`;
  return `${path}?${values.join('&')}`;
}

const odd = [null, true, -1, 0.5, 2 ** 31, 2 ** 53, 1e308, '', '!', 'AA', '_', '\ud800', [], [[]], {}];

/** The JSON value with some parts replaced, removed or doubled. */
export function mutateJson(random: Random, value: unknown, rate = 0.05): unknown {
  if (random() < rate) return pick(random, odd);
  if (typeof value === 'string' && random() < rate) return mutate(random, value);
  if (typeof value === 'number' && random() < rate) return value + int(random, 3) - 1;
  if (Array.isArray(value))
    return value
      .flatMap(item => (random() < rate ? pick(random, [[], [item, item]]) : [item]))
      .map(item => mutateJson(random, item, rate));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(() => random() >= rate);
  return Object.fromEntries(kept.map(([key, part]) => [key, mutateJson(random, part, rate)]));
}
