/** A raster is `rasterSide` × `rasterSide` bytes, row by row, 0 = paper, 255 = ink, as in MNIST. */
export const rasterSide = 28;
export const rasterPixels = rasterSide * rasterSide;

const boxPx = 20; // the ink's longer side, as in MNIST
export const penWidthPx = 2.4; // chosen so that real drawings have the mean ink of MNIST digits: 100 and 102 px
const mergePx = 0.12; // points closer than this to the previous one do not change the raster
const strayShare = 1 / 12; // a stroke this small relative to the largest one is an accident …
const strayGap = 1 / 8; // … if its distance from the rest is also this share of the drawing

type Box = { minX: number; minY: number; maxX: number; maxY: number };

const sideOf = (box: Box) => Math.max(box.maxX - box.minX, box.maxY - box.minY);

// Scratch memory that every call overwrites: rasterise is synchronous and runs once per prediction.
const nearest = new Float64Array(rasterPixels); // squared distance of each pixel's centre to the ink's middle line

/**
 * Converts strokes `[x0,y0,x1,y1,…]` in any scale, y down, to a raster in the manner of MNIST: drops stray dots,
 * scales the ink's longer side to 20 px, draws with an anti-aliased pen of one width, and moves the centre of mass to
 * the middle. An empty drawing gives zeros. Coordinates must be finite.
 */
export function rasterise(
  strokes: readonly (readonly number[])[],
  { widthPx = penWidthPx }: { widthPx?: number } = {},
): Uint8Array {
  const raster = new Uint8Array(rasterPixels);
  const pen = drawInPlace(strokes, widthPx);
  if (pen) for (let i = 0; i < rasterPixels; i++) raster[i] = Math.round(255 * coverage(i, pen.reachPx));
  return raster;
}

/** Maps a point of these strokes to pixels of their raster: `x·scale + left`, `y·scale + top`. */
export function placeOnRaster(
  strokes: readonly (readonly number[])[],
): { scale: number; left: number; top: number } | undefined {
  return drawInPlace(strokes, penWidthPx);
}

function drawInPlace(strokes: readonly (readonly number[])[], widthPx: number): Pen | undefined {
  const kept = withoutStrays(strokes);
  const box = boxOf(kept);
  if (!box) return undefined;

  const reachPx = (widthPx + 1) / 2; // coverage falls to 0 half a pixel outside the pen
  const side = sideOf(box);
  const scale = side > 0 ? (boxPx - widthPx) / side : 0;
  let left = rasterSide / 2 - (scale * (box.minX + box.maxX)) / 2;
  let top = rasterSide / 2 - (scale * (box.minY + box.maxY)) / 2;
  drawAll(kept, { scale, left, top, reachPx });
  const mass = centreOfMass(reachPx); // known only after drawing: the first pass draws in the middle, where nothing is clipped
  left += rasterSide / 2 - mass.x;
  top += rasterSide / 2 - mass.y;
  const pen = { scale, left, top, reachPx };
  drawAll(kept, pen);
  return pen;
}

function drawAll(strokes: readonly (readonly number[])[], pen: Pen): void {
  nearest.fill(Infinity);
  for (const stroke of strokes) drawStroke(stroke, pen);
}

function coverage(pixel: number, reachPx: number): number {
  const squared = nearest[pixel] ?? Infinity;
  if (squared >= reachPx * reachPx) return 0;
  return Math.min(1, reachPx - Math.sqrt(squared));
}

function centreOfMass(reachPx: number): { x: number; y: number } {
  let mass = 0;
  let sumX = 0;
  let sumY = 0;
  for (let y = 0; y < rasterSide; y++) {
    for (let x = 0; x < rasterSide; x++) {
      const ink = coverage(y * rasterSide + x, reachPx);
      if (ink === 0) continue;
      mass += ink;
      sumX += ink * (x + 0.5);
      sumY += ink * (y + 0.5);
    }
  }
  return mass > 0 ? { x: sumX / mass, y: sumY / mass } : { x: rasterSide / 2, y: rasterSide / 2 };
}

type Pen = { scale: number; left: number; top: number; reachPx: number };

function drawStroke(stroke: readonly number[], { scale, left, top, reachPx }: Pen): void {
  let ax = (stroke[0] ?? 0) * scale + left;
  let ay = (stroke[1] ?? 0) * scale + top;
  if (stroke.length === 2) drawSegment(ax, ay, ax, ay, reachPx);
  for (let i = 2; i + 1 < stroke.length; i += 2) {
    const bx = (stroke[i] ?? 0) * scale + left;
    const by = (stroke[i + 1] ?? 0) * scale + top;
    const last = i + 3 >= stroke.length;
    if (!last && Math.abs(bx - ax) < mergePx && Math.abs(by - ay) < mergePx) continue;
    drawSegment(ax, ay, bx, by, reachPx);
    ax = bx;
    ay = by;
  }
}

// Scalars instead of objects: this is the server's inner loop.
function drawSegment(ax: number, ay: number, bx: number, by: number, reachPx: number): void {
  const dx = bx - ax;
  const dy = by - ay;
  const lengthSquared = dx * dx + dy * dy;
  const perLength = lengthSquared > 0 ? 1 / lengthSquared : 0;
  const reachSquared = reachPx * reachPx;
  const fullSquared = Math.max(0, reachPx - 1) ** 2;
  const firstRow = Math.max(0, Math.ceil(Math.min(ay, by) - reachPx - 0.5));
  const lastRow = Math.min(rasterSide - 1, Math.floor(Math.max(ay, by) + reachPx - 0.5));
  for (let row = firstRow; row <= lastRow; row++) {
    const y = row + 0.5;
    // Only the part of the segment within reach of this row affects it, so long segments stay cheap.
    let from = 0;
    let to = 1;
    if (dy !== 0) {
      const t0 = (y - reachPx - ay) / dy;
      const t1 = (y + reachPx - ay) / dy;
      from = Math.max(0, Math.min(t0, t1));
      to = Math.min(1, Math.max(t0, t1));
    }
    const x0 = ax + from * dx;
    const x1 = ax + to * dx;
    const firstColumn = Math.max(0, Math.ceil(Math.min(x0, x1) - reachPx - 0.5));
    const lastColumn = Math.min(rasterSide - 1, Math.floor(Math.max(x0, x1) + reachPx - 0.5));
    for (let column = firstColumn; column <= lastColumn; column++) {
      const pixel = row * rasterSide + column;
      if ((nearest[pixel] ?? 0) <= fullSquared) continue; // already at full ink
      const px = column + 0.5 - ax;
      const py = y - ay;
      const t = Math.max(0, Math.min(1, (px * dx + py * dy) * perLength));
      const ex = px - t * dx;
      const ey = py - t * dy;
      const squared = ex * ex + ey * ey;
      if (squared < reachSquared && squared < (nearest[pixel] ?? 0)) nearest[pixel] = squared;
    }
  }
}

function boxOf(strokes: readonly (readonly number[])[]): Box | undefined {
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  for (const stroke of strokes) {
    for (let i = 0; i + 1 < stroke.length; i += 2) {
      const x = stroke[i] ?? 0;
      const y = stroke[i + 1] ?? 0;
      if (x < box.minX) box.minX = x;
      if (x > box.maxX) box.maxX = x;
      if (y < box.minY) box.minY = y;
      if (y > box.maxY) box.maxY = y;
    }
  }
  return box.maxX >= box.minX ? box : undefined;
}

/** Drops dots far from all other strokes, which would shrink the digit to a few pixels. */
function withoutStrays(strokes: readonly (readonly number[])[]): readonly (readonly number[])[] {
  if (strokes.length < 2) return strokes;
  const boxes = strokes.map(stroke => boxOf([stroke]));
  const largest = Math.max(...boxes.map(box => (box ? sideOf(box) : 0)));
  if (largest === 0) return strokes;
  const isSmall = boxes.map(box => !box || sideOf(box) < largest * strayShare);
  const rest = boxOf(strokes.filter((_, i) => !isSmall[i]));
  if (!rest) return strokes;
  const gap = sideOf(rest) * strayGap;
  return strokes.filter((_, i) => {
    const box = boxes[i];
    if (!isSmall[i] || !box) return !isSmall[i];
    return (
      box.maxX >= rest.minX - gap &&
      box.minX <= rest.maxX + gap &&
      box.maxY >= rest.minY - gap &&
      box.minY <= rest.maxY + gap
    );
  });
}
