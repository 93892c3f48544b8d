import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { UsageError } from '../../../training/commands/run-command.ts';
import { printLine } from '../system/progress.ts';

export const usage =
  'table [--strokes FILE.jsonl] [--figures FILE.json] [--write README.md --write server/bench/README.md]';

type Figures = Record<string, unknown>;
const knownSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** One line of the table: name, command, selected figures and goal. */
interface Line {
  what: string;
  command: string;
  describe(figures: Figures): string;
  goal: string;
}

const digits = (value: unknown, decimals = 0) => (typeof value === 'number' ? value.toFixed(decimals) : '–');
const percent = (value: unknown) => (typeof value === 'number' ? `${Math.round(100 * value)} %` : '–');

/** Text of the figures of the overload benches. */
const describeOverload = (f: Figures) =>
  `lost ${f.lost}; a drawing’s last state after ${digits(f.lastP99Ms)} ms (p99); p50 ${digits(f.p50FirstThirdMs)} → ${digits(f.p50LastThirdMs)} ms, memory ${digits(f.rssStartMb)} → ${digits(f.rssEndMb)} MB`;

const lines: readonly Line[] = [
  {
    what: '200 drawers × 20 updates/s',
    command: 'live --drawers 200 --rate 20',
    describe: f =>
      `${digits(f.cpuUsPerUpdate)} µs CPU an update, lost ${f.lost}; p50 ${digits(f.p50Ms)} ms, p99 ${digits(f.p99Ms)} ms`,
    goal: '≤ 250 µs; 15 and 60 ms',
  },
  {
    what: '1,000 drawers × 20 updates/s, five times too many',
    command: 'live --drawers 1000 --rate 20 --seconds 60',
    describe: describeOverload,
    goal: 'no growth; 1 s',
  },
  {
    what: 'the same from clients that do not know `pace`',
    command: 'live --drawers 1000 --rate 20 --seconds 60 --deaf',
    describe: describeOverload,
    goal: 'no growth; 1 s',
  },
  {
    what: '10 drawers, 40 viewers',
    command: 'fanout --drawers 10 --viewers 40',
    describe: f =>
      `${digits(f.cpuUsPerPoint, 1)} µs CPU, ${digits(f.bytesPerPoint, 1)} B, ${digits(f.framesPerPoint, 3)} frames a delivered point; p99 ${digits(f.p99Ms)} ms`,
    goal: '≤ 4 µs, 16 B, 0.06; 60 ms',
  },
  {
    what: '40 drawers, 10 viewers',
    command: 'fanout --drawers 40 --viewers 10',
    describe: f => `${percent(f.cpuShare)} of a core; p99 ${digits(f.p99Ms)} ms`,
    goal: '≤ 35 %; 60 ms',
  },
  {
    what: '50 drawers, 450 viewers',
    command: 'fanout --drawers 50 --viewers 450',
    describe: f => `${percent(f.cpuShare)} of a core; p99 ${digits(f.p99Ms)} ms`,
    goal: '≤ 60 %; 100 ms',
  },
  {
    what: '43 people, all drawing and watching',
    command: 'crowd',
    describe: f => `${percent(f.cpuShare)} of a core; p99 ${digits(f.p99Ms)} ms`,
    goal: '≤ 40 %; 80 ms',
  },
  {
    what: '500 people, all drawing and watching a page of the wall',
    command: 'crowd --people 500',
    describe: f => `${percent(f.cpuShare)} of a core, lost ${f.lost}; p99 ${digits(f.p99Ms)} ms`,
    goal: 'one core',
  },
  {
    what: '50 stalled readers',
    command: 'stall',
    describe: f =>
      `${digits(f.rssPerReaderKb)} KB each, cut off in ${digits(f.cutOffS, 1)} s; the others’ p99 × ${digits(f.healthyP99Ratio, 2)}`,
    goal: '≤ 256 KB, 10 s; × 1.1',
  },
  {
    what: '20 joins/s into 200 drawings',
    command: 'join',
    describe: f => `${digits(f.kbPerJoin)} KB each; the others’ p99 × ${digits(f.othersP99Ratio, 2)}`,
    goal: '≤ 100 KB; × 1.2',
  },
  {
    what: '2,000 idle people',
    command: 'idle',
    describe: f => `${digits(f.rssPerPersonKb)} KB each, ${percent(f.cpuShare)} of a core`,
    goal: '≤ 30 KB',
  },
  {
    what: '`kill -9` under load',
    command: 'crash',
    describe: f =>
      `${f.lostLabels} of ${f.ackedLabels} acked labels lost; drawing again after ${digits(f.backP95Ms)} ms (p95)`,
    goal: '0; ≤ 5 s',
  },
];

/** Runs all load benches one after the other, prints a row of each, and replaces the rows that the files have of them. */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      strokes: { type: 'string' },
      figures: { type: 'string' },
      write: { type: 'string', multiple: true },
    },
  });
  // Figures of an earlier run, for lines that need not be measured again.
  const known = knownSchema.parse(
    values.figures === undefined ? {} : JSON.parse(await readFile(values.figures, 'utf8')),
  );
  const strokes = values.strokes === undefined ? [] : ['--strokes', values.strokes];
  const rows = new Map<string, string>();
  const figures: Record<string, Figures> = {};
  for (const { what, command, describe, goal } of lines) {
    printLine(command);
    const found =
      known[command] ?? (await figuresOf([...command.split(' '), ...(command === 'idle' ? [] : strokes)]));
    figures[command] = found;
    const dagger = found.disturbed === true ? ' †' : '';
    const row = `| ${what}${dagger} | \`${command}\` | ${describe(found)} | ${goal} |`;
    rows.set(command, row);
    printLine(row);
  }
  for (const file of values.write ?? []) await replaceRows(file, rows);
  return figures;
}

const entry = fileURLToPath(new URL('../bench.ts', import.meta.url));

function figuresOf(args: string[]): Promise<Figures> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [entry, ...args], (error, stdout, stderr) => {
      if (error) reject(new Error(stderr));
      else resolve(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
    });
  });
}

/** A row is known by its command, the second cell. */
const commandOf = (row: string) => /^\|[^|]*\| `([^`]*)` \|/.exec(row)?.[1] ?? '';

async function replaceRows(file: string, rows: ReadonlyMap<string, string>) {
  const old = (await readFile(file, 'utf8')).split('\n');
  if (!old.some(line => rows.has(commandOf(line))))
    throw new UsageError(`${file} has no row of a load bench.`);
  await writeFile(file, old.map(line => rows.get(commandOf(line)) ?? line).join('\n'));
}
