import { createRandom, shuffle } from '../../shared/random.ts';
import { type Drawn, writerOf } from './population.ts';

/** `count` of the drawings, or all there are: of each person as many, and of each digit as far as that goes. */
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

/** Those of people with many first, so that the first few come from one small table. */
export function inFewHands(drawn: readonly Drawn[]): Drawn[] {
  return [...Map.groupBy(drawn, writerOf).values()].sort((a, b) => b.length - a.length).flat();
}
