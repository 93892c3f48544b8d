import { numeralAt, numerals } from './numerals.ts';

/*
 * Ink on the wire to a room is text: every point as its difference to the one before, which at pen speed is one or two
 * characters a coordinate instead of four or five. A number is written in groups of five bits, lowest first, each a
 * numeral whose sixth bit says that another follows; a difference has its sign in its lowest bit.
 */

/** Ink that continues a stroke of a tile on the wall. */
export interface InkAppend {
  tile: number;
  stroke: number;
  /** Of each coordinate to the one of the point before; before a stroke's first point stands the origin. */
  differences: number[];
}

/** What `points` have from coordinate number `from` on, for who knows the tile's stroke up to there. */
export function packAppend(growth: {
  tile: number;
  stroke: number;
  points: readonly number[];
  from: number;
}): string {
  const { tile, stroke, points, from } = growth;
  return writeNumber(tile) + writeNumber(stroke) + writeNumber(points.length - from) + packInk(points, from);
}

/** Whatever `packGrowth` wrote, one after the other. */
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

/** The points behind `packInk`, flat as in a stroke. */
export function unpackInk(text: string): number[] {
  const reader = createReader(text);
  const points: number[] = [];
  while (!reader.done()) points.push((points.at(-2) ?? 0) + reader.difference());
  return points;
}

/** Continues `stroke`, in place. */
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

/** Reads the numbers of `text` one after the other. Throws RangeError where there is none. */
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
