import { numeralAt, numerals } from './numerals.ts';

/* Ink is sent to a room as text: each point as the difference to the previous one, which at pen speed takes one or two characters a coordinate instead of four or five. A number is split into groups of five bits, lowest first; each group is a numeral whose sixth bit announces another group; the lowest bit of a difference holds its sign. */

/** Ink that continues a stroke of a tile. */
export interface InkAppend {
  tile: number;
  stroke: number;
  /** Each coordinate minus that of the previous point; the origin precedes a stroke's first point. */
  differences: number[];
}

/** Packs `points` from coordinate `from` on, for receivers that have the stroke up to there. */
export function packAppend(growth: {
  tile: number;
  stroke: number;
  points: readonly number[];
  from: number;
}): string {
  const { tile, stroke, points, from } = growth;
  return writeNumber(tile) + writeNumber(stroke) + writeNumber(points.length - from) + packInk(points, from);
}

/** Decodes any number of concatenated results of `packAppend`. */
export function unpackAppends(text: string): InkAppend[] {
  const reader = createReader(text);
  const growths: InkAppend[] = [];
  while (!reader.done()) {
    const [tile, stroke, count] = [reader.number(), reader.number(), reader.number()];
    growths.push({ tile, stroke, differences: Array.from({ length: count }, reader.difference) });
  }
  return growths;
}

export function packInk(points: readonly number[], from = 0): string {
  let text = '';
  for (let i = from; i < points.length; i++) {
    const difference = points[i] - (points[i - 2] ?? 0);
    text += writeNumber(difference < 0 ? -2 * difference - 1 : 2 * difference);
  }
  return text;
}

/** Decodes `packInk` to flat points. */
export function unpackInk(text: string): number[] {
  const reader = createReader(text);
  const points: number[] = [];
  while (!reader.done()) points.push((points.at(-2) ?? 0) + reader.difference());
  return points;
}

/** Extends `stroke` in place. */
export function growStroke(stroke: number[], differences: readonly number[]): number[] {
  for (const difference of differences) stroke.push((stroke.at(-2) ?? 0) + difference);
  return stroke;
}

const groupBits = 5;
const moreFollow = 1 << groupBits;

function writeNumber(number: number): string {
  let text = '';
  let rest = number;
  for (; rest >= moreFollow; rest >>>= groupBits) text += numerals[moreFollow | (rest & (moreFollow - 1))];
  return text + numerals[rest];
}

/** Reads the numbers of `text` in order. Throws RangeError at the end or at a character that is no numeral. */
function createReader(text: string) {
  let at = 0;
  function number(): number {
    let value = 0;
    for (let shift = 0; ; shift += groupBits) {
      const group = numeralAt(text, at++);
      if (group < 0) throw new RangeError(`Packed ink has no number at character ${at - 1}.`);
      value |= (group & (moreFollow - 1)) << shift;
      if ((group & moreFollow) === 0) return value;
    }
  }
  return {
    done: () => at >= text.length,
    number,
    difference() {
      const folded = number();
      return (folded & 1) === 1 ? -(folded + 1) / 2 : folded / 2;
    },
  };
}
