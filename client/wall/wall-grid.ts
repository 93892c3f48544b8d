/** Width of a tile in shares of its height: a square of ink, and beside it the numeral. */
export const tileAspect = 1.3;

/** The number of columns that gives `count` tiles their largest size in the box. */
export function wallColumns(count: number, { width, height }: { width: number; height: number }): number {
  let best = 1;
  let largest = 0;
  for (let columns = 1; columns <= count; columns++) {
    const tileHeight = Math.min(width / tileAspect / columns, height / Math.ceil(count / columns));
    if (tileHeight > largest) {
      best = columns;
      largest = tileHeight;
    }
  }
  return best;
}
