import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { rasterise, rasterPixels } from '../../shared/rasterise.ts';
import type { Digits } from '../dataset/digits.ts';
import { readMnist } from '../dataset/mnist.ts';
import { crowdsOf, oodProbesByKind } from '../dataset/ood-probes.ts';
import { readStrokesFile } from '../dataset/strokes-file.ts';
import { evaluate, type Report } from '../evaluation/metrics.ts';
import { type MomentsReport, momentsOf } from '../evaluation/moments.ts';
import { predictDrawings, predictImages, predictKinds } from '../evaluation/predict.ts';
import { loadServingNet } from '../model/serving-net.ts';
import { startCommandEngine } from './command-engine.ts';
import { filmStrip, readFilm } from './film-strip.ts';
import { runCommand } from './run-command.ts';
import { worstSheet } from './worst-sheet.ts';

const usage = `npm run -s evaluate -- [--strokes FILE.jsonl] [--model FILE.bin] [--engine wasm] [--worst FILE.svg]
  [--film FILE.svg]

Predicts every drawing of FILE.jsonl (without it: the MNIST test images) with the served net, and non-digits: the
out-of-distribution probes and, with FILE.jsonl, groups of three of its drawings. Prints a table to stderr and one JSON
object to the last line of stdout. Lines: {"label":7,"strokes":[[[x,y],…],…],"t"?:[[ms,…],…],"set"?,"writer"?}, any
scale. Drawings are replayed with the pen's state and the times t (without them: 12 ms a point, 250 ms a lift);
"moments" are after 5, 10, …, 100 % of the points, right before the next one. --worst draws the fifty worst predictions,
--film five digits made by rule with what the page shows at a quarter, half, three quarters and all of their points.
`;
const shippedModel = new URL('../../models/base/weights.bin', import.meta.url);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      strokes: { type: 'string' },
      model: { type: 'string' },
      engine: { type: 'string', default: 'wasm' },
      worst: { type: 'string' },
      film: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const drawings = values.strokes === undefined ? undefined : await readStrokesFile(values.strokes);
  await startCommandEngine(values.engine, 'serving');
  const net = await loadServingNet(await readFile(values.model ?? shippedModel));
  const digits = drawings ? undefined : (await readMnist()).test;
  const readings = digits ? await predictImages(net, digits) : await predictDrawings(net, drawings ?? []);
  const crowds = drawings && { penCrowds: crowdsOf(drawings.map(({ strokes }) => strokes)) };
  const nonDigits = await predictKinds(net, { ...oodProbesByKind(), ...crowds });
  if (values.film !== undefined) await writeFile(values.film, filmStrip(await readFilm(net)));
  net.dispose();
  const report = { ...evaluate(readings, nonDigits), moments: momentsOf(readings) ?? null };
  if (values.worst !== undefined) {
    const rasters = digits ? rastersOf(digits) : (drawings ?? []).map(({ strokes }) => rasterise(strokes));
    const shown = readings.map((reading, i) => ({ ...reading, raster: rasters[i] ?? new Uint8Array() }));
    await writeFile(values.worst, worstSheet(shown));
  }
  process.stderr.write(tableOf(report, readings.length));
  process.stdout.write(`${JSON.stringify({ count: readings.length, ...report })}\n`);
}

const rastersOf = ({ images, labels }: Digits) =>
  Array.from(labels, (_, i) => images.subarray(i * rasterPixels, (i + 1) * rasterPixels));

type Figures = Report & { moments: MomentsReport | null };

function tableOf(report: Figures, count: number): string {
  const digits = Array.from({ length: 10 }, (_, digit) => String(digit).padStart(6)).join('');
  const rows = Object.entries(report.bySet).map(([set, figures]) => row(set, figures));
  return `${'%'.padEnd(12)}${'count'.padStart(7)}${'all'.padStart(7)}${digits}${'ECE'.padStart(7)}
${[row('all', { count, ...report }), ...rows].join('\n')}
${liveLines(report)}${momentLines(report.moments)}non-digits under 0.8: ${percent(report.negatives ?? 0)} of all; ${kindsOf(report)}
`;
}

function liveLines({ earliness, flips, byInk }: Report): string {
  if (earliness === null || flips === null) return '';
  const shares = byInk?.map(
    ({ share, accuracy, ece }) => `${percent(share, 0)} %: ${percent(accuracy)}, ECE ${percent(ece)}`,
  );
  return `earliness ${percent(earliness)}   flips ${flips.toFixed(2)} a drawing
right at this share of ink: ${shares?.join('; ')}
`;
}

function momentLines(moments: MomentsReport | null): string {
  if (moments === null) return '';
  const { byShare, ece, sureWrong, sureWrongDrawings, halfRight } = moments;
  const line = (name: string, of: (moment: (typeof byShare)[number]) => number) =>
    `${name.padEnd(19)}${byShare.map(moment => percent(of(moment), 1).padStart(7)).join('')}\n`;
  return `moments: ECE ${percent(ece)}   surely wrong ${percent(sureWrong)}, in ${percent(sureWrongDrawings)} of the drawings   right half drawn ${percent(halfRight)}
${line('% of the points', ({ share }) => share)}${line('right', ({ right }) => right)}${line('ECE', each => each.ece)}${line('surely wrong', each => each.sureWrong)}`;
}

const kindsOf = ({ negativesByKind }: Report) =>
  Object.entries(negativesByKind)
    .map(([kind, share]) => `${kind} ${percent(share, 0)}`)
    .join(', ');

type Row = { count: number; accuracy: number; perDigit: number[]; ece: number };

function row(name: string, { count, accuracy, perDigit, ece }: Row): string {
  const digits = perDigit.map(share => percent(share, 1).padStart(6)).join('');
  return `${name.padEnd(12)}${String(count).padStart(7)}${percent(accuracy).padStart(7)}${digits}${percent(ece).padStart(7)}`;
}

const percent = (share: number, decimals = 2) => (100 * share).toFixed(decimals);

await runCommand(main);
