/** Columns that make `count` squares as large as they can be in a box of this shape. */
export function wallColumns(count: number, { width, height }: { width: number; height: number }): number {
  let best = 1;
  let bestSide = 0;
  for (let columns = 1; columns <= count; columns++) {
    const side = Math.min(width / columns, height / Math.ceil(count / columns));
    if (side > bestSide) {
      best = columns;
      bestSide = side;
    }
  }
  return best;
}
