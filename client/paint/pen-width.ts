export const penWidth = 33; // pad units: a felt pen on a pad as large as a hand
export const widthStep = 1; // pad units: half a pixel on a pad of 560 pixels, so that no step is seen
/** Of a hand at rest: where a stroke begins, and of a dot. */
export const slowWidth = 1.1 * penWidth;

const fastUnits = 40; // units from point to point of a fast hand; hands and screens report 60 to 240 points a second
const fastWidth = 0.72 * penWidth;
const inertia = 0.8; // the share of a point's width that the next point keeps: ink does not tremble

/**
 * The width at a point from that at the point before, so that painted ink never changes. `speed` is the distance from
 * the point before in pad units, `pressure` 0…1 for a pen that measures it.
 */
export function nextWidth(before: number, point: { speed: number; pressure: number | undefined }): number {
  const fast = Math.min(1, point.speed / fastUnits);
  const bySpeed = slowWidth + (fastWidth - slowWidth) * fast;
  const byPressure = point.pressure === undefined ? 1 : 0.7 + 0.6 * point.pressure;
  return inertia * before + (1 - inertia) * bySpeed * byPressure;
}
