import { rasterSide } from '../../shared/rasterise.ts';

// Converts MNIST bitmaps to pen strokes: enlarge, thin to a skeleton one pixel wide (Zhang and Suen 1984), follow it.

const enlargement = 2; // at 28×28, curves of the pen become corners of the skeleton
const side = rasterSide * enlargement;
const threshold = 96; // of 255: a lower one closes open loops, a higher one breaks thin strokes
const spurPx = 5; // shorter branches, on the enlarged grid, come from the width of the pen, not from its path
const smoothing = 3; // passes that average each point with its neighbours

/** Neighbours clockwise from above, as Zhang and Suen number them. */
const around = [-side, -side + 1, 1, side + 1, side, side - 1, -1, -side - 1] as const;

/** Flat strokes of a raster, in raster pixels. Order and direction are arbitrary: top ends first. */
export function thinToSkeleton(raster: Uint8Array): number[][] {
  const ink = enlarge(raster);
  while (peel(ink, 0) + peel(ink, 1) > 0);
  return follow(ink)
    .map(path =>
      smooth(
        path.flatMap(at => [((at % side) + 0.5) / enlargement, (Math.floor(at / side) + 0.5) / enlargement]),
      ),
    )
    .map(downwards)
    .sort((a, b) => (a[1] ?? 0) - (b[1] ?? 0));
}

function enlarge(raster: Uint8Array): Uint8Array {
  const ink = new Uint8Array(side * side);
  const at = (x: number, y: number) =>
    raster[Math.max(0, Math.min(27, y)) * rasterSide + Math.max(0, Math.min(27, x))] ?? 0;
  // The outermost pixels stay blank, so that every inked pixel has eight neighbours.
  for (let y = 1; y < side - 1; y++) {
    for (let x = 1; x < side - 1; x++) {
      const u = (x + 0.5) / enlargement - 0.5;
      const v = (y + 0.5) / enlargement - 0.5;
      const column = Math.floor(u);
      const row = Math.floor(v);
      const above = at(column, row) * (1 - u + column) + at(column + 1, row) * (u - column);
      const below = at(column, row + 1) * (1 - u + column) + at(column + 1, row + 1) * (u - column);
      ink[y * side + x] = above * (1 - v + row) + below * (v - row) > threshold ? 1 : 0;
    }
  }
  return ink;
}

/** One of two alternating passes: removes the rim from the south-east, then the north-west. Returns the removed count. */
function peel(ink: Uint8Array, round: 0 | 1): number {
  const rim: number[] = [];
  for (let at = side; at < side * side - side; at++) {
    if (!ink[at]) continue;
    const n = around.map(step => ink[at + step] ?? 0);
    const [p2 = 0, , p4 = 0, , p6 = 0, , p8 = 0] = n;
    const count = n.reduce((sum, value) => sum + value, 0);
    if (count < 2 || count > 6 || crossings(n) !== 1) continue;
    const open =
      round === 0 ? p2 * p4 * p6 === 0 && p4 * p6 * p8 === 0 : p2 * p4 * p8 === 0 && p2 * p6 * p8 === 0;
    if (open) rim.push(at);
  }
  for (const at of rim) ink[at] = 0;
  return rim.length;
}

const crossings = (n: readonly number[]) =>
  n.filter((value, i) => value === 0 && n[(i + 1) % 8] === 1).length;

/** Paths between ends and junctions, then closed loops. Each piece of the skeleton is followed once. */
function follow(ink: Uint8Array): number[][] {
  const cells: number[] = [];
  for (let at = 0; at < ink.length; at++) if (ink[at]) cells.push(at);
  const degree = new Map(cells.map(at => [at, crossings(around.map(step => ink[at + step] ?? 0))]));
  const isNode = (at: number) => degree.get(at) !== 2;
  const walked = new Uint8Array(side * side);
  const paths: number[][] = [];
  const walk = (start: number, first: number) => {
    const path = [start];
    let at: number | undefined = first;
    while (at !== undefined) {
      path.push(at);
      walked[at] = 1;
      if (isNode(at)) break;
      const recent = path.slice(-3);
      const onward: number[] = neighbours(ink, at).filter(next => !recent.includes(next));
      at = onward.find(isNode) ?? onward.find(cell => !walked[cell]);
    }
    return path;
  };
  for (const start of cells.filter(isNode)) {
    walked[start] = 1;
    for (const first of neighbours(ink, start)) {
      if (isNode(first) && start < first) paths.push([start, first]);
      if (!isNode(first) && !walked[first]) paths.push(walk(start, first));
    }
  }
  for (const start of cells) {
    if (walked[start]) continue;
    walked[start] = 1;
    const first = neighbours(ink, start).find(cell => !walked[cell]);
    if (first !== undefined) paths.push([...walk(start, first), start]);
  }
  const isEnd = (at: number | undefined) => at !== undefined && degree.get(at) === 1;
  const isSpur = (path: number[]) => path.length <= spurPx && isEnd(path[0]) !== isEnd(path.at(-1));
  const kept = paths.filter(path => !isSpur(path));
  return kept.length > 0 ? kept : paths;
}

/** Inked cells one step away. A diagonal step counts only if it does not cut an inked corner. */
function neighbours(ink: Uint8Array, at: number): number[] {
  const cell = (i: number) => at + (around[i % 8] ?? 0);
  const isInk = (i: number) => ink[cell(i)] === 1;
  const straight = [0, 2, 4, 6].filter(isInk);
  const diagonal = [1, 3, 5, 7].filter(i => isInk(i) && !isInk(i - 1) && !isInk(i + 1));
  return [...straight, ...diagonal].map(cell);
}

function smooth(points: number[]): number[] {
  let from = points;
  for (let round = 0; round < smoothing; round++) {
    from = from.map((value, i) => {
      const before = from[i - 2];
      const after = from[i + 2];
      return before === undefined || after === undefined ? value : (before + 2 * value + after) / 4;
    });
  }
  return from;
}

function downwards(points: number[]): number[] {
  if ((points[1] ?? 0) <= (points.at(-1) ?? 0)) return points;
  const turned: number[] = [];
  for (let i = points.length - 2; i >= 0; i -= 2) turned.push(points[i] ?? 0, points[i + 1] ?? 0);
  return turned;
}
