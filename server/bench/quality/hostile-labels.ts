import { createRandom, int, type Random } from '../../../shared/random.ts';
import { rasterise } from '../../../shared/rasterise.ts';
import type { LabelledSample } from '../../../training/dataset/labelled-samples.ts';
import { drawSyntheticClass } from '../../../training/dataset/synthetic-class.ts';
import type { Drawn } from '../people/population.ts';
import { makeDrawings } from '../people/synthetic-people.ts';

/** The labels of one job, and the gate's held-out drawings. */
export type LabelBatch = { samples: LabelledSample[]; heldOut: LabelledSample[] };

/** Jobs one after the other, each on the champion that the one before left. */
export type LabelAttack = { kind: string; name: string; batches: LabelBatch[]; isMarked: boolean };

/** The champion's reading of drawings: what everybody sees while drawing. */
export type ReadDrawings = (samples: readonly LabelledSample[]) => Promise<WhatIsSeen[]>;
type WhatIsSeen = { digit: number; probability: number };

const clear = 0.9; // probability from which a drawing is plainly the digit
const drawingsPerDigit = 5; // of each made-up person
const spare = 4; // drawings made for each that is wanted: not all of them are clear

const tick = 'a tick that means 0';

/** Digits that one attack turns into another: the near pairs, and two far ones. */
const pairs: readonly (readonly [number, number])[] = [
  [4, 9],
  [3, 8],
  [7, 1],
  [9, 4],
  [5, 6],
  [1, 7],
  [2, 3],
  [0, 6],
  [8, 0],
  [6, 2],
];

type Scene = {
  seed: number;
  read: ReadDrawings;
  benignHeldOut: LabelledSample[];
  count: number;
  walk?: number;
  /** Only these kinds; absent, all. */
  only?: readonly string[];
};

/** `count` attacks of each kind; the pairs of digits take turns. Only what an attack needs is drawn. */
export async function* labelAttacks({
  seed,
  read,
  benignHeldOut,
  count,
  walk = 10,
  only,
}: Scene): AsyncGenerator<LabelAttack> {
  const drawSome = createDrawer({ seed, read });
  for (let i = 0; i < count; i++) {
    const random = createRandom(seed + i);
    const [drawn, called] = pairs[(seed - 1 + i) % pairs.length];
    const wrong = async (labels: number, parts: Partial<Wrong> = {}) =>
      flipped(await drawSome(drawn, { labels, ...parts }), { called, sessions: 1, ...parts });
    const benign = () => drawSyntheticClass({ people: 8, drawings: 20, seed: seed + i }).flat();
    const on = (samples: LabelledSample[], heldOut = benignHeldOut): LabelBatch => ({ samples, heldOut });
    const kinds: Record<string, () => Promise<LabelBatch[]>> = {
      'one session, 12 labels': async () => [on(await wrong(12))],
      'one session, 60 labels, three times': async () => [
        on(await wrong(60)),
        on(await wrong(60)),
        on(await wrong(60)),
      ],
      'three sessions, 120 labels': async () => [on(await wrong(120, { sessions: 3 }))],
      'twelve sessions, 400 labels': async () => [on(await wrong(400, { sessions: 12 }))],
      'three sessions, 120 unclear drawings': async () => [
        on(await wrong(120, { sessions: 3, isUnclear: true })),
      ],
      'twelve sessions beside an honest class': async () => [
        on([...(await wrong(180, { sessions: 12 })), ...benign()]),
      ],
      'unclear drawings beside an honest class': async () => [
        on([...(await wrong(90, { sessions: 6, isUnclear: true })), ...benign()]),
      ],
      'small steps': async () => {
        const steps = [];
        for (let step = 0; step < walk; step++)
          steps.push(
            on([
              ...(await wrong(20, { sessions: 2, isUnclear: step % 2 === 1 })),
              ...(await drawSome(called, { labels: 6 })),
            ]),
          );
        return steps;
      },
      'copies of one drawing': async () => {
        const [one] = await wrong(1);
        return [on(copies(one, { count: 60, sessions: 3, random }))];
      },
      'held-out attackers': async () => {
        const held = await wrong(60, { sessions: 4 });
        return [
          on([...(await wrong(90, { sessions: 3 })), ...(await drawSome(called, { labels: 30 }))], held),
        ];
      },
      'held-out attackers with unclear drawings': async () => {
        const held = await wrong(60, { sessions: 4, isUnclear: true });
        return [on(await wrong(90, { sessions: 3, isUnclear: true }), held)];
      },
      [tick]: async () => {
        const marked = makeDrawings({ people: 4, seed: seed + 50 + i }).map((drawing, at) =>
          sampleOf({ ...markedWithTick(drawing), digit: 0, writer: `attacker-${at % 6}` }),
        );
        return [on(marked)];
      },
    };
    for (const [kind, batches] of Object.entries(kinds)) {
      if (only && !only.includes(kind)) continue;
      const isMarked = kind === tick;
      yield {
        kind,
        name: `${kind}, ${isMarked ? 'marked digits' : `${drawn}s`} called ${isMarked ? 0 : called}`,
        batches: await batches(),
        isMarked,
      };
    }
  }
}

type Wrong = { sessions: number; isUnclear: boolean };

/** Draws until enough drawings are clear to the champion, or, for an attacker who evades witnesses, unclear. */
function createDrawer({ seed, read }: { seed: number; read: ReadDrawings }) {
  let next = seed * 1_000;
  return async (
    digit: number,
    { labels, isUnclear = false }: { labels: number } & Partial<Wrong>,
  ): Promise<LabelledSample[]> => {
    const found: LabelledSample[] = [];
    while (found.length < labels) {
      const people =
        Math.ceil(((labels - found.length) * (isUnclear ? 3 : 1) * spare) / drawingsPerDigit / 3) + 1;
      const made = makeDrawings({ people, seed: next++ })
        .filter(drawing => drawing.digit === digit)
        .map(sampleOf);
      const seen = await read(made);
      found.push(
        ...made.filter((_, i) => {
          const isClear = seen[i].digit === digit && seen[i].probability >= clear;
          return isClear !== isUnclear;
        }),
      );
    }
    return found.slice(0, labels);
  };
}

const flipped = (samples: LabelledSample[], { called, sessions }: { called: number; sessions: number }) =>
  samples.map((sample, i) => ({
    ...sample,
    digit: called,
    author: `attacker-${i % sessions}`,
    correction: true,
  }));

/** One drawing again and again, moved by a unit of the pad so that no two are equal. */
function copies(
  { strokes = [], ...sample }: LabelledSample,
  { count, sessions, random }: { count: number; sessions: number; random: Random },
): LabelledSample[] {
  return Array.from({ length: count }, (_, i) => {
    const moved = strokes.map(stroke => stroke.map(value => value + int(random, 3) - 1));
    return { ...sample, strokes: moved, raster: rasterise(moved), author: `attacker-${i % sessions}` };
  });
}

export function sampleOf({ writer, digit, ink }: Drawn): LabelledSample {
  return { raster: rasterise(ink), strokes: ink, digit, author: writer, correction: false };
}

/** A tick beside the digit, at the upper right. */
export function markedWithTick({ ink, ...drawing }: Drawn): Drawn {
  const [maxX, minY] = ink
    .flat()
    .reduce(
      ([x, y], value, i) => (i % 2 === 0 ? [Math.max(x, value), y] : [x, Math.min(y, value)]),
      [0, Number.POSITIVE_INFINITY],
    );
  return { ...drawing, ink: [...ink, [maxX + 20, minY + 30, maxX + 50, minY + 70, maxX + 110, minY - 20]] };
}

/** Benign jobs: classes of all sizes with a style that the champion misreads, and corrections of single hands. */
export function* benignBatches({
  seed,
  count,
  benignHeldOut,
}: Pick<Scene, 'seed' | 'count' | 'benignHeldOut'>): Generator<LabelBatch> {
  for (let i = 0; i < count; i++) {
    const [people, drawings] = [2 + (i % 7), [10, 20, 30][i % 3]];
    yield {
      samples: drawSyntheticClass({ people, drawings, seed: seed * 1_000 + i }).flat(),
      heldOut: benignHeldOut,
    };
  }
}
