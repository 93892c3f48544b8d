import { createRandom, shuffle } from '../../../shared/random.ts';
import type { Drawn } from './population.ts';

/** `count` of the drawings, or all: equally many of each person and, as far as possible, of each digit. */
export function chooseBalanced(
  drawn: readonly Drawn[],
  { count, seed }: { count: number; seed: number },
): Drawn[] {
  const order = shuffle(createRandom(seed), Uint32Array.from(drawn.keys()));
  const people = [...Map.groupBy(order, i => drawn[i].writer).values()];
  const taken = new Array<number>(10).fill(0);
  const chosen: Drawn[] = [];
  while (chosen.length < Math.min(count, drawn.length)) {
    for (const own of people) {
      if (own.length === 0 || chosen.length === count) continue;
      const rarest = Math.min(...own.map(i => taken[drawn[i].digit]));
      const [next] = own.splice(
        own.findIndex(i => taken[drawn[i].digit] === rarest),
        1,
      );
      taken[drawn[next].digit]++;
      chosen.push(drawn[next]);
    }
  }
  return chosen;
}

/** The server holds out every fourth author, so it trains on all of three. */
const tablets = 3;

/** The same drawings as made at one table: people share a few tablets, and each tablet is one author for the server. */
export function atOneTable(drawn: readonly Drawn[]): Drawn[] {
  return drawn.map((each, i) => ({ ...each, writer: `tablet-${i % tablets}` }));
}
