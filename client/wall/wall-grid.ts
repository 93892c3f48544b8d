/** The number of columns that gives `count` squares their largest side in the box. */
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
