import { chance, int, normal, type Random, uniform } from '../../shared/random.ts';
import { drawCurves, drawGlyph, parseStyles } from './synthetic-glyphs.ts';

// Non-digits for training. The out-of-distribution probes for evaluation are other drawings: ood-probes.ts.

type Strokes = number[][];

/** Letters that resemble no digit, in the notation of synthetic-glyphs.ts. */
const letters = parseStyles([
  '5,100 50,0 95,100 / 22,65 78,65',
  '10,0 10,100 / 90,2 12,4 / 12,50 70,50 / 12,98 92,98',
  '10,0 10,100 / 92,2 12,3 / 12,48 72,48',
  '10,0 10,100 / 90,0 90,100 / 10,50 90,50',
  '70,0 70,78 50,100 22,96 10,74 / 40,0 98,0',
  '5,100 10,0|50,62|90,0 95,100',
  '8,100 10,0|90,100|90,0',
  '12,100 12,0|60,0 86,22 60,48 14,50',
  '12,100 12,0|58,0 84,20 60,46 14,48|50,48 92,100',
  '5,2 95,2 / 50,2 50,100',
  '4,0 50,100|96,0',
  '6,0 94,100 / 94,0 6,100',
  '4,0 50,48|96,0 / 50,48 50,100',
  '78,34 48,22 20,42 22,78 48,94 76,70|78,26 78,88 92,98',
  '18,60 80,56 70,24 40,22 18,56 34,94 84,86',
  '80,6 56,0 46,18 46,100 / 20,42 78,40',
  '16,0 16,100|16,58 44,38 74,50 76,100',
  '14,40 14,100|14,62 38,40 50,60 50,100|50,60 72,40 88,58 88,100',
  '16,38 16,100|18,60 46,38 78,52 80,100',
  '16,38 16,100|18,62 40,42 72,44',
  '50,0 50,86 66,100 88,92 / 18,34 84,32',
  '4,38 26,100|50,52|74,100|96,38',
  '76,14 40,0 18,30 40,48 70,62 72,90 40,100 10,86 / 44,-12 44,112',
  '94,20 60,0 18,18 6,52 20,86 60,100 94,82',
  '10,0 10,98|90,98',
  '10,98 10,2|90,2',
  '90,4 8,4|54,50|8,98|92,98',
  '8,10 92,6 / 30,10 24,98 / 70,10 74,96',
  '16,2 40,20 92,98 / 52,46 8,98',
  '30,0 20,100 / 72,0 62,100 / 4,34 96,34 / 2,68 94,68',
  '90,14 60,0 24,20 14,50 26,82 62,98 92,84 / 2,42 66,42 / 2,60 62,60',
  '16,0 16,98 / 78,34 18,66|82,98',
  '14,30 14,76 40,96 72,78 76,30|78,96',
  '80,0 80,98 / 78,52 44,36 16,58 20,88 48,98 78,80',
  '4,34 96,34 / 50,0 46,40 6,98 / 50,40 94,98',
  '10,26 90,26|88,66|12,66|10,26 / 50,0 50,100',
  '50,0 50,100 / 24,40 8,76 / 76,40 94,76',
  '50,0 42,46 4,98 / 48,42 96,98',
  '20,2 80,2 / 50,2 50,98 / 20,98 80,98',
]);

/** Signs and small pictures. */
const signs = parseStyles([
  '50,0 50,100 / 0,50 100,50',
  '0,0 100,100 / 100,0 0,100 / 50,-5 50,105',
  '0,60 30,100|100,0',
  '50,0 98,92|2,92|50,0',
  '2,2 98,2|98,98|2,98|2,2',
  '50,100 8,46 18,6 50,28 82,6 92,46 50,100',
  '50,0 80,100|2,38|98,38|20,100|50,0',
  '0,50 100,50|70,22 / 100,50 70,78',
  '2,30 98,30 / 2,70 98,70',
  '20,0 20,100 / 50,0 50,100 / 80,0 80,100',
  '30,20 31,22 / 70,20 71,22 / 15,60 35,90 65,90 85,60',
  '50,0 10,12 2,50 12,88 50,100 88,88 98,50 88,12 50,0 / 32,34 33,36 / 68,34 69,36 / 28,64 50,80 72,64',
  '0,100 0,40|50,0|100,40 100,100|0,100',
]);

type Kind = { share: number; draw: (random: Random) => Strokes };

const kinds: readonly Kind[] = [
  { share: 5, draw: severalDigits },
  { share: 6, draw: random => drawCurves(letters[int(random, letters.length)] ?? [], random) },
  { share: 3, draw: random => drawCurves(signs[int(random, signs.length)] ?? [], random) },
  { share: 3, draw: tangle },
  { share: 4, draw: wander },
  { share: 4, draw: rune },
  { share: 2, draw: loops },
  { share: 2, draw: sawtooth },
  { share: 2, draw: shading },
  { share: 1, draw: filled },
  { share: 2, draw: specks },
  { share: 1.5, draw: flatLines },
  { share: 1.5, draw: struckOut },
  { share: 0.5, draw: () => [] },
];

export function drawNonDigit(random: Random): Strokes {
  let left = random() * kinds.reduce((sum, { share }) => sum + share, 0);
  const kind = kinds.find(({ share }) => {
    left -= share;
    return left < 0;
  });
  return kind?.draw(random) ?? [];
}

/** Two to four digits in one drawing, side by side or one below the other. */
function severalDigits(random: Random): Strokes {
  const count = 2 + int(random, 3);
  const apart = uniform(random, [70, 130]);
  const upright = chance(random, 0.2);
  return Array.from({ length: count }, (_, i) => {
    const size = uniform(random, [0.8, 1.2]);
    const [x, y] = [
      (upright ? 0 : i * apart) + 6 * normal(random),
      (upright ? i * 125 : 0) + 8 * normal(random),
    ];
    const width = upright ? 1 : uniform(random, [0.6, 1]);
    return drawGlyph(int(random, 10), random).map(stroke =>
      stroke.map((value, k) => (k % 2 === 0 ? x + value * size * width : y + value * size)),
    );
  }).flat();
}

/** One to three strokes through random points. */
function tangle(random: Random): Strokes {
  const corners = 6 + int(random, 14);
  const anywhere = (): [number, number] => [uniform(random, [0, 100]), uniform(random, [0, 100])];
  return Array.from({ length: 1 + int(random, 3) }, () => Array.from({ length: corners }, anywhere)).flatMap(
    points => drawCurves([[points]], random),
  );
}

/** One to three random walks with slower turns than a tangle. */
function wander(random: Random): Strokes {
  const strokes = 1 + int(random, 3);
  const steps = Math.ceil(uniform(random, [30, 130]) / strokes);
  const [stride, unrest] = [uniform(random, [4, 9]), uniform(random, [0.15, 0.6])];
  return Array.from({ length: strokes }, () => {
    let [x, y, direction] = [uniform(random, [15, 85]), uniform(random, [15, 85]), uniform(random, [0, 7])];
    let turn = 0;
    return Array.from({ length: steps }, () => {
      turn = 0.8 * turn + unrest * normal(random);
      direction += turn;
      x += stride * Math.cos(direction) + 0.06 * (50 - x); // the last term pulls the walk to the middle
      y += stride * Math.sin(direction) + 0.06 * (50 - y);
      return [x, y];
    }).flat();
  });
}

/** Strokes with few corners on a coarse grid, like letters of no alphabet. A few are digits by chance. */
function rune(random: Random): Strokes {
  const strokes = Array.from({ length: 1 + int(random, 4) }, () => {
    const corners = 2 + int(random, 4);
    const place = (): [number, number] => [25 * int(random, 5), 25 * int(random, 5)];
    const points = Array.from({ length: corners }, place);
    return chance(random, 0.5) ? [points] : points.map(point => [point]);
  });
  return drawCurves(strokes, random);
}

/** A row of loops, or a spiral. */
function loops(random: Random): Strokes {
  const rounds = uniform(random, [2.2, 6]);
  const drift = chance(random, 0.5) ? uniform(random, [20, 60]) : 0;
  const growth = drift === 0 ? uniform(random, [0.6, 1]) : 0;
  const stroke: number[] = [];
  for (let t = 0; t < rounds; t += 0.05) {
    const radius = 40 * (1 - growth + (growth * t) / rounds);
    stroke.push(radius * Math.cos(2 * Math.PI * t) + drift * t, radius * Math.sin(2 * Math.PI * t));
  }
  return [stroke];
}

function sawtooth(random: Random): Strokes {
  const teeth = 3 + int(random, 7);
  const lying = chance(random, 0.5);
  const height = uniform(random, [25, 110]);
  const corners = Array.from({ length: 2 * teeth }, (_, i) => {
    const along = (100 * i) / (2 * teeth) + 3 * normal(random);
    const across = (i % 2) * height * uniform(random, [0.7, 1.1]);
    return lying ? [along, across] : [across, along];
  });
  return [corners.flat()];
}

/** Parallel lines, sometimes crossed by others. */
function shading(random: Random): Strokes {
  const lines = (turn: number) => {
    const count = 3 + int(random, 7);
    return Array.from({ length: count }, (_, i) => {
      const across = (100 * (i + 0.5)) / count - 50 + 3 * normal(random);
      const [from, to] = [-50 + 6 * normal(random), 50 + 6 * normal(random)];
      const at = (u: number) => [
        u * Math.cos(turn) - across * Math.sin(turn),
        u * Math.sin(turn) + across * Math.cos(turn),
      ];
      return [...at(from), ...at(to)];
    });
  };
  const turn = uniform(random, [0, Math.PI]);
  return chance(random, 0.4) ? [...lines(turn), ...lines(turn + Math.PI / 2)] : lines(turn);
}

/** A rectangle, or a stripe of it, that is full of ink. */
function filled(random: Random): Strokes {
  const turns = 14 + int(random, 16);
  const [width, height] = [uniform(random, [30, 100]), uniform(random, [60, 100])];
  const corners = Array.from({ length: turns }, (_, i) => {
    const x = i % 2 === 0 ? -width / 2 : width / 2;
    return [x + 3 * normal(random), (height * i) / turns];
  });
  return [chance(random, 0.5) ? corners.flat() : corners.flatMap(([x, y]) => [y, x])];
}

/** Scattered dots and dashes. */
function specks(random: Random): Strokes {
  return Array.from({ length: 2 + int(random, 14) }, () => {
    const [x, y] = [uniform(random, [0, 100]), uniform(random, [0, 100])];
    return chance(random, 0.6) ? [x, y] : [x, y, x + 6 * normal(random), y + 6 * normal(random)];
  });
}

/** One to three lines, too flat for a 1. */
function flatLines(random: Random): Strokes {
  const count = chance(random, 0.6) ? 1 : 2 + int(random, 2);
  const turn = uniform(random, [-0.5, 0.5]);
  return Array.from({ length: count }, (_, i) => {
    const bow = 8 * normal(random);
    const [dx, dy] = [Math.cos(turn), Math.sin(turn)];
    const y = 35 * i;
    return [-50 * dx, y - 50 * dy, -bow * dy, y + bow * dx, 50 * dx, y + 50 * dy];
  });
}

/** A digit that its author struck out. */
function struckOut(random: Random): Strokes {
  return [...drawGlyph(int(random, 10), random), ...sawtooth(random)];
}
