const top = { x: 560, y: 130 };
const foot = { x: 540, y: 690 };
const start = { x: 200, y: 360 };
const upPoints = 18;
const downPoints = 22;

/** A 1 as children in Vienna learn it, with a long upstroke: one stroke of flat points in pad units. */
export const viennaOne: readonly number[] = [
  // The upstroke sags a little, as a hand writes it.
  ...along(upPoints, share => ({
    x: start.x + (top.x - start.x) * share,
    y: start.y + (top.y - start.y) * share + 80 * share * (1 - share),
  })),
  ...along(downPoints, share => ({
    x: top.x + (foot.x - top.x) * share,
    y: top.y + (foot.y - top.y) * share,
  })),
];

function along(points: number, at: (share: number) => { x: number; y: number }): number[] {
  return Array.from({ length: points }, (_, i) => at(i / (points - 1))).flatMap(({ x, y }) => [
    Math.round(x),
    Math.round(y),
  ]);
}
