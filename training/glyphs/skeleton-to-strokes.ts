import { chance, normal, type Random } from '../../shared/random.ts';

// Orders and directs the pieces of a skeleton as a writer draws the digit, so that prefixes resemble real ones.

type Piece = number[]; // flat points
type Point = readonly [number, number];

/** Start point, in shares of the digit's box, and first direction of the pen. y down. */
type Start = { at: Point; heading: Point };

const starts: readonly (readonly Start[])[] = [
  [
    { at: [0.6, 0], heading: [-1, 0.3] },
    { at: [0.45, 0], heading: [-1, 0.3] },
    { at: [0.5, 0], heading: [1, 0.3] },
  ],
  [{ at: [0.5, 0], heading: [0, 1] }],
  [{ at: [0, 0.2], heading: [1, -0.5] }],
  [{ at: [0, 0.1], heading: [1, -0.3] }],
  [{ at: [0.25, 0], heading: [-0.3, 1] }],
  [
    { at: [0.2, 0], heading: [0, 1] },
    { at: [1, 0], heading: [-1, 0] },
  ],
  [{ at: [0.7, 0], heading: [-0.6, 1] }],
  [{ at: [0, 0.05], heading: [1, 0] }],
  [
    { at: [0.8, 0.1], heading: [-1, -0.3] },
    { at: [0.5, 0], heading: [-1, 0.3] },
  ],
  [
    { at: [0.9, 0.15], heading: [-1, -0.3] },
    { at: [0.6, 0], heading: [-1, 0.2] },
  ],
];
const closed: readonly number[] = [0, 8, 9]; // start inside a piece: their skeletons have no ends there
const startJitter = 0.08; // of the box

/** Joins pieces to strokes that start where writers start this digit, and that go straight on at crossings. */
export function traceStrokes(digit: number, pieces: readonly Piece[], random: Random): number[][] {
  const waiting = pieces.filter(piece => piece.length >= 4).map(piece => [...piece]);
  if (waiting.length === 0) return pieces.map(piece => [...piece]);
  const ways = starts[digit] ?? [];
  const start = ways[chance(random, 0.6) ? 0 : ways.length - 1];
  if (start) begin(waiting, { start, random, within: closed.includes(digit) });
  const strokes: number[][] = [];
  for (let stroke = waiting.shift(); stroke; stroke = liftTo(waiting)) {
    for (let next = onward(stroke, waiting); next; next = onward(stroke, waiting))
      stroke.push(...next.slice(2));
    strokes.push(stroke);
  }
  return strokes;
}

type Beginning = { start: Start; random: Random; within: boolean };

/** Moves the first piece to the front in writing direction; splits it in two if the start lies inside it. */
function begin(waiting: Piece[], { start, random, within }: Beginning): void {
  const { left, top, width, height } = boxOf(waiting);
  const x = left + width * (start.at[0] + startJitter * normal(random));
  const y = top + height * (start.at[1] + startJitter * normal(random));
  let best = { distance: Infinity, piece: 0, at: 0 };
  waiting.forEach((piece, i) => {
    for (let at = 0; at + 1 < piece.length; at += within ? 2 : piece.length - 2) {
      const distance = Math.hypot((piece[at] ?? 0) - x, (piece[at + 1] ?? 0) - y);
      if (distance < best.distance) best = { distance, piece: i, at };
    }
  });
  const [piece = []] = waiting.splice(best.piece, 1);
  const parts = [reversed(piece.slice(0, best.at + 2)), piece.slice(best.at)].filter(
    part => part.length >= 4,
  );
  const along = (part: Piece) => {
    const [dx, dy] = headingOf(part);
    return dx * start.heading[0] + dy * start.heading[1];
  };
  waiting.unshift(...parts.sort((a, b) => along(b) - along(a)));
}

/** Removes and returns the piece that touches the end of the stroke and continues it with the smallest turn. */
function onward(stroke: Piece, waiting: Piece[]): Piece | undefined {
  const [x, y] = [stroke.at(-2) ?? 0, stroke.at(-1) ?? 0];
  const [dx, dy] = headingOf(reversed(stroke.slice(-2 * reach)));
  let best: { straight: number; i: number; piece: Piece } | undefined;
  waiting.forEach((piece, i) => {
    for (const way of [piece, reversed(piece)]) {
      if (way[0] !== x || way[1] !== y) continue;
      const [u, v] = headingOf(way);
      const straight = -dx * u - dy * v;
      if (!best || straight > best.straight) best = { straight, i, piece: way };
    }
  });
  if (best) waiting.splice(best.i, 1);
  return best?.piece;
}

/** Removes and returns the piece with the highest end, directed away from that end. */
function liftTo(waiting: Piece[]): Piece | undefined {
  let best: { y: number; i: number; piece: Piece } | undefined;
  waiting.forEach((piece, i) => {
    for (const way of [piece, reversed(piece)]) {
      const y = way[1] ?? 0;
      if (!best || y < best.y) best = { y, i, piece: way };
    }
  });
  if (best) waiting.splice(best.i, 1);
  return best?.piece;
}

const reach = 5; // points that give the direction of a piece: two pixels

function headingOf(piece: Piece): Point {
  const last = Math.min(piece.length, 2 * reach) - 2;
  const [dx, dy] = [(piece[last] ?? 0) - (piece[0] ?? 0), (piece[last + 1] ?? 0) - (piece[1] ?? 0)];
  const length = Math.hypot(dx, dy) || 1;
  return [dx / length, dy / length];
}

function reversed(piece: Piece): Piece {
  const turned: number[] = [];
  for (let i = piece.length - 2; i >= 0; i -= 2) turned.push(piece[i] ?? 0, piece[i + 1] ?? 0);
  return turned;
}

function boxOf(pieces: readonly Piece[]) {
  const xs = pieces.flatMap(piece => piece.filter((_, i) => i % 2 === 0));
  const ys = pieces.flatMap(piece => piece.filter((_, i) => i % 2 === 1));
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  return { left, top, width: Math.max(...xs) - left, height: Math.max(...ys) - top };
}
