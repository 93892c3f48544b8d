import { int, type Random } from '../shared/random.ts';

export function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[int(random, items.length)];
}

/** What breaks parsers: control characters, the separators of Engine.IO, surrogates without their half, large numbers. */
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

/** The text with a few characters lost, doubled or put in. */
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
