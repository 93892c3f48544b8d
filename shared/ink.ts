/**
 * Ink on the wire to a room: the first point as it is, every later one as its difference to the one before,
 * which at pen speed is one or two characters instead of four.
 */
export function packInk(points: readonly number[], from = 0): number[] {
  const packed = points.slice(from, from + 2);
  for (let i = from + 2; i < points.length; i++) packed.push(points[i] - points[i - 2]);
  return packed;
}

/** The points behind `packInk`, flat as in a stroke. */
export function unpackInk(packed: readonly number[]): number[] {
  const points = packed.slice(0, 2);
  for (let i = 2; i < packed.length; i++) points.push(points[i - 2] + packed[i]);
  return points;
}
