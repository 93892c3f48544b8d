import { int, normal, type Random } from '../../shared/random.ts';

/**
 * Ways of writing each digit, on a pad of 100 × 100, y down, in writing order: points of a smooth curve, `|` at a
 * corner, `/` where the pen lifts. MNIST's writers were American: most of these styles are rare there.
 */
const styles: readonly (readonly string[])[] = [
  [
    '50,0 22,12 10,50 22,88 50,100 78,88 90,50 78,12 50,0',
    '60,3 30,8 12,45 25,90 55,98 82,75 85,35 65,6 45,4',
    '50,0 22,12 10,50 22,88 50,100 78,88 90,50 78,12 50,0 / 95,-2 50,50 5,104',
    '50,0 24,14 14,50 24,86 50,100 76,86 86,50 76,14 50,0 / 70,20 30,82',
    '40,5 65,2 88,40 75,90 45,98 15,70 20,25 45,6 75,-4',
  ],
  [
    '50,0 50,50 50,100',
    '20,32 36,20 50,0|50,50 50,100',
    '5,48 30,26 52,0|52,50 50,100',
    '8,60 30,36 50,0|50,50 50,100',
    '28,20 40,14 50,0|50,50 50,100',
    '20,30 50,0|50,100 / 22,100 78,100',
    '10,42 50,0|50,100 / 15,99 85,101',
    '30,14 50,0|50,100|25,100 75,100',
    '15,22 32,18 50,0|48,50 46,100',
    '24,32 38,10 51,2 54,18 50,58 46,100', // no corner: the pen does not stop at the top
    '16,38 40,8 54,3 53,30 44,68 36,100',
  ],
  [
    '12,22 30,3 62,2 78,24 62,55 10,98|50,98 90,98',
    '15,28 35,2 70,8 72,38 40,75 15,92 12,82 28,80 55,95 90,92',
    '10,8 50,4 85,5|60,50 12,97|50,95 92,98',
    '14,30 20,8 50,0 78,14 74,42 42,72 10,98|30,92 60,98 88,90',
    '12,25 40,0 75,15 70,45 30,85 15,95 20,84 40,88 65,100 92,88',
  ],
  [
    '14,12 45,0 75,16 62,40 38,46|70,52 82,76 55,100 12,88',
    '12,4 50,3 82,4|46,40|76,50 84,76 56,100 10,90',
    '15,18 40,0 72,12 66,38 40,46 68,52 84,74 60,99 14,86',
    '20,8 60,2 74,22 58,42 44,42 52,46 80,60 70,92 30,100 8,86',
    '10,6 45,2 80,2|62,22 40,42|72,46 88,70 60,98 15,92',
  ],
  [
    '30,0 22,30 10,60|50,60 92,58 / 66,28 64,60 62,100',
    '65,0|40,32 8,68|50,68 94,66 / 66,0 66,50 64,100',
    '62,102 64,50 66,0|38,34 6,70|50,70 92,70',
    '15,2 12,28 16,48 45,54 78,48 / 80,0 78,50 74,100',
    '22,0 18,25 20,50|50,50 82,50 / 82,2 82,50 82,100',
    '40,0 25,40 8,72|50,72 95,66 / 62,44 54,80 46,102',
    '20,5 15,40 35,55 70,45 78,5|74,50 70,100',
  ],
  [
    '78,2 50,2 26,3|24,22 20,44|48,38 78,52 78,82 48,100 12,90',
    '26,4 24,24 20,46|48,36 80,50 80,80 48,100 12,90 / 26,4 55,3 86,2',
    '80,0 50,4 30,8 24,24 30,42 58,52 76,70 62,94 30,100 10,90',
    '30,0|24,44|60,40 82,62 66,94 14,98 / 30,2 60,0 92,-2',
    '85,0 30,5|18,48|45,40 72,48 74,76 50,98 15,96',
  ],
  [
    '70,2 40,16 18,50 20,84 48,100 76,86 74,62 48,52 22,70',
    '60,0 30,40 14,76 36,100 68,92 76,68 52,54 24,66 18,82',
    '50,0 26,30 20,65 28,94 56,100 76,82 66,62 42,60 24,76',
    '82,8 55,0 28,22 16,60 30,96 62,98 80,76 62,56 34,58 18,74',
    '30,0 25,50 26,86 48,100 74,88 72,64 50,58 28,72',
  ],
  [
    '12,4 50,3 86,2|64,48 42,100',
    '12,4 50,3 86,2|64,48 42,100 / 30,52 82,48',
    '12,20 12,4|50,4 88,2|66,42 50,100',
    '10,18 14,2|50,6 86,2|60,50 48,100 / 32,54 80,50',
    '10,10 35,0 60,8 88,0 70,40 56,70 50,100',
    '8,6 88,4|62,40 46,74 44,100 / 24,50 50,46 86,46',
    '15,0|14,8 50,6 80,6 72,40 60,100',
    '14,22 18,4 50,10 82,0|50,100|30,96 / 36,56 76,50',
  ],
  [
    '74,12 48,0 24,16 36,40 64,56 78,80 50,100 22,82 36,56 64,40 76,16 60,2',
    '50,46 26,32 28,8 50,0 74,10 72,34 50,46 24,62 22,88 50,100 78,88 76,62 50,46',
    '50,0 26,14 34,38 66,38 74,14 50,0 / 50,44 20,62 26,94 72,96 80,64 50,44',
    '85,4 50,0 28,18 44,42 70,64 62,94 34,98 24,76 46,52 76,26 88,6',
    '30,10 60,0 72,20 50,44 26,68 32,96 64,98 74,74 50,46 28,24 34,8',
  ],
  [
    '74,18 50,2 24,16 26,42 52,48 74,20|72,60 68,100',
    '76,16 48,0 22,18 28,46 56,48 76,18 76,60 62,92 34,100 14,88',
    '72,20 46,2 24,22 34,48 62,42 74,14 78,50 72,80 54,98 26,96',
    '70,26 50,4 26,14 24,40 48,50 70,28|72,70 50,100 22,94 18,78 34,76',
    '60,46 30,44 22,18 48,0 74,14 72,46 56,78 38,100',
    '68,10 40,2 20,24 34,48 66,38 72,6|70,100|56,96',
    '78,14 50,0 26,22 40,46 68,36 78,8 72,60 40,98 6,96',
  ],
];

const pointsPerSpan = 5;
const wobble = 3.5; // standard deviation of every point of a style, of the pad's 100

/** Strokes of a drawing; a stroke is its curves between corners; a curve is its points. */
export type Curves = readonly (readonly (readonly Point[])[])[];
type Point = readonly [number, number];

/** Draws a digit in one of its styles, with every point displaced a little. Flat strokes. */
export function drawGlyph(digit: number, random: Random): number[][] {
  const all = digits[digit] ?? [];
  return drawCurves(all[int(random, all.length)] ?? [], random);
}

export function drawCurves(strokes: Curves, random: Random): number[][] {
  return strokes.map(curves => {
    const stroke: number[] = [];
    let end: Point | undefined;
    for (const curve of curves) {
      const moved = curve.map(([x, y]): Point => [x + wobble * normal(random), y + wobble * normal(random)]);
      const points = end ? [end, ...moved] : moved;
      stroke.push(...spline(points));
      end = points.at(-1);
    }
    return stroke;
  });
}

/** Parses the notation above. A curve after a corner starts at the end of the curve before. */
export function parseStyles(all: readonly string[]): readonly Curves[] {
  return all.map(style =>
    style.split('/').map(stroke =>
      stroke.split('|').map(curve =>
        curve
          .trim()
          .split(/\s+/)
          .map((point): Point => {
            const [x = 0, y = 0] = point.split(',').map(Number);
            return [x, y];
          }),
      ),
    ),
  );
}

const digits = styles.map(parseStyles);

/** Catmull–Rom curve through the points, flat. */
function spline(points: readonly Point[]): number[] {
  const flat: number[] = [];
  const at = (i: number) => points[Math.max(0, Math.min(points.length - 1, i))] ?? [0, 0];
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    for (let step = 0; step < pointsPerSpan; step++) {
      const t = step / pointsPerSpan;
      flat.push(blend(t, [a[0], b[0], c[0], d[0]]), blend(t, [a[1], b[1], c[1], d[1]]));
    }
  }
  flat.push(...at(points.length - 1));
  return flat;
}

function blend(t: number, [a, b, c, d]: readonly [number, number, number, number]): number {
  return b + (t / 2) * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}
