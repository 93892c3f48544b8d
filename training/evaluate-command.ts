import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runCommand } from './command.ts';
import { startCommandEngine } from './command-engine.ts';
import { evaluate, type Report } from './evaluate.ts';
import { readMnist } from './mnist.ts';
import { readDrawings, readImages } from './read.ts';
import { loadServingNet } from './serve.ts';
import { readStrokesFile } from './strokes-file.ts';

const usage = `npm run -s evaluate -- [--strokes FILE.jsonl] [--model FILE.bin] [--engine wasm]

Reads every drawing of FILE.jsonl, or the MNIST test images without it, with the served net. A table goes to stderr,
one JSON object to the last line of stdout. Lines: {"label":7,"strokes":[[[x,y],…],…],"set"?,"writer"?}, any scale.
`;
const shippedModel = new URL('../models/base/weights.bin', import.meta.url);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      strokes: { type: 'string' },
      model: { type: 'string' },
      engine: { type: 'string', default: 'wasm' },
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
  const readings = drawings
    ? await readDrawings(net, drawings)
    : await readImages(net, (await readMnist()).test);
  net.dispose();
  const report = evaluate(readings);
  process.stderr.write(tableOf(report, readings.length));
  process.stdout.write(`${JSON.stringify({ count: readings.length, ...report })}\n`);
}

function tableOf(report: Report, count: number): string {
  const digits = Array.from({ length: 10 }, (_, digit) => String(digit).padStart(6)).join('');
  const rows = Object.entries(report.bySet).map(([set, figures]) => row(set, figures));
  const live =
    report.earliness === null
      ? ''
      : `earliness ${percent(report.earliness)}   flips ${report.flips?.toFixed(2)} a drawing\n`;
  return `${'%'.padEnd(12)}${'count'.padStart(7)}${'all'.padStart(7)}${digits}${'ECE'.padStart(7)}
${[row('all', { count, ...report }), ...rows].join('\n')}\n${live}`;
}

type Row = { count: number; accuracy: number; perDigit: number[]; ece: number };

function row(name: string, { count, accuracy, perDigit, ece }: Row): string {
  const digits = perDigit.map(share => percent(share, 1).padStart(6)).join('');
  return `${name.padEnd(12)}${String(count).padStart(7)}${percent(accuracy).padStart(7)}${digits}${percent(ece).padStart(7)}`;
}

const percent = (share: number, decimals = 2) => (100 * share).toFixed(decimals);

await runCommand(main);
