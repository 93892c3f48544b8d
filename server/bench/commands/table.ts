import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { printLine } from '../system/progress.ts';

export const tableUsage = 'table [--strokes FILE.jsonl] [--figures FILE.json] [--write README.md]';

type Figures = Record<string, unknown>;
const knownSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** One line of the table: name, command, selected figures, goal, and comparison. */
interface Line {
  what: string;
  command: string;
  describe(figures: Figures): string;
  goal: string;
  elsewhere: string;
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
    elsewhere: 'the parent: 74,000 µs; Gradio: one at a time',
  },
  {
    what: '1,000 drawers × 20 updates/s, five times too many',
    command: 'live --drawers 1000 --rate 20 --seconds 60',
    describe: describeOverload,
    goal: 'no growth; 1 s',
    elsewhere: '503s, or minutes of lag',
  },
  {
    what: 'the same from clients that do not know `pace`',
    command: 'live --drawers 1000 --rate 20 --seconds 60 --deaf',
    describe: describeOverload,
    goal: 'no growth; 1 s',
    elsewhere: '',
  },
  {
    what: '10 drawers, 40 viewers',
    command: 'fanout --drawers 10 --viewers 40',
    describe: f =>
      `${digits(f.cpuUsPerPoint, 1)} µs CPU, ${digits(f.bytesPerPoint, 1)} B, ${digits(f.framesPerPoint, 3)} frames a delivered point; p99 ${digits(f.p99Ms)} ms`,
    goal: '≤ 4 µs, 16 B, 0.06; 60 ms',
    elsewhere: 'tldraw 8–11 µs, 108 B; WBO 19–21 µs, 190 B; excalidraw-room 29–31 µs, 3,100 B',
  },
  {
    what: '40 drawers, 10 viewers',
    command: 'fanout --drawers 40 --viewers 10',
    describe: f => `${percent(f.cpuShare)} of a core; p99 ${digits(f.p99Ms)} ms`,
    goal: '≤ 35 %; 60 ms',
    elsewhere: 'excalidraw-room, WBO 99 %, 6–10 s; tldraw 86 %, 114 ms; a bare room tick 12 %, 36 ms',
  },
  {
    what: '50 drawers, 450 viewers',
    command: 'fanout --drawers 50 --viewers 450',
    describe: f => `${percent(f.cpuShare)} of a core; p99 ${digits(f.p99Ms)} ms`,
    goal: '≤ 60 %; 100 ms',
    elsewhere: 'tldraw refuses past 50; a bare room tick 28 %, 53 ms',
  },
  {
    what: '43 people, all drawing and watching',
    command: 'crowd',
    describe: f => `${percent(f.cpuShare)} of a core; p99 ${digits(f.p99Ms)} ms`,
    goal: '≤ 40 %; 80 ms',
    elsewhere: '',
  },
  {
    what: '500 people, all drawing and watching a page of the wall',
    command: 'crowd --people 500',
    describe: f => `${percent(f.cpuShare)} of a core, lost ${f.lost}; p99 ${digits(f.p99Ms)} ms`,
    goal: 'one core',
    elsewhere: '',
  },
  {
    what: '50 stalled readers',
    command: 'stall',
    describe: f =>
      `${digits(f.rssPerReaderKb)} KB each, cut off in ${digits(f.cutOffS, 1)} s; the others’ p99 × ${digits(f.healthyP99Ratio, 2)}`,
    goal: '≤ 256 KB, 10 s; × 1.1',
    elsewhere: 'unbounded in all four measured',
  },
  {
    what: '20 joins/s into 200 drawings',
    command: 'join',
    describe: f => `${digits(f.kbPerJoin)} KB each; the others’ p99 × ${digits(f.othersP99Ratio, 2)}`,
    goal: '≤ 100 KB; × 1.2',
    elsewhere: '',
  },
  {
    what: '2,000 idle people',
    command: 'idle',
    describe: f => `${digits(f.rssPerPersonKb)} KB each, ${percent(f.cpuShare)} of a core`,
    goal: '≤ 30 KB',
    elsewhere: '',
  },
  {
    what: '`kill -9` under load',
    command: 'crash',
    describe: f =>
      `${f.lostLabels} of ${f.ackedLabels} acked labels lost; drawing again after ${digits(f.backP95Ms)} ms (p95)`,
    goal: '0; ≤ 5 s',
    elsewhere: '',
  },
];

/** Marks of the table's place in a file. */
const marks = ['<!-- load -->', '<!-- end of load -->'] as const;
const head = '| what | command | figure | goal | elsewhere |\n|---|---|---|---|---|';

/** Runs all load benches one after the other and prints the table of the README. */
export async function table(args: string[]) {
  const { values } = parseArgs({
    args,
    options: { strokes: { type: 'string' }, figures: { type: 'string' }, write: { type: 'string' } },
  });
  // Figures of an earlier run, for lines that need not be measured again.
  const known = knownSchema.parse(
    values.figures === undefined ? {} : JSON.parse(await readFile(values.figures, 'utf8')),
  );
  const strokes = values.strokes === undefined ? [] : ['--strokes', values.strokes];
  const rows: string[] = [];
  const figures: Record<string, Figures> = {};
  for (const { what, command, describe, goal, elsewhere } of lines) {
    printLine(command);
    const found =
      known[command] ?? (await run([...command.split(' '), ...(command === 'idle' ? [] : strokes)]));
    figures[command] = found;
    const dagger = found.disturbed === true ? ' †' : '';
    rows.push(`| ${what}${dagger} | \`${command}\` | ${describe(found)} | ${goal} | ${elsewhere} |`);
    printLine(rows.at(-1) ?? '');
  }
  if (values.write !== undefined) await writeBetweenMarks(values.write, [head, ...rows].join('\n'));
  return figures;
}

const entry = fileURLToPath(new URL('../bench.ts', import.meta.url));

function run(args: string[]): Promise<Figures> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [entry, ...args], (error, stdout, stderr) => {
      if (error) reject(new Error(stderr));
      else resolve(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
    });
  });
}

async function writeBetweenMarks(file: string, text: string) {
  const old = await readFile(file, 'utf8');
  const [from, to] = marks.map(mark => old.indexOf(mark));
  if (from < 0 || to < from) throw new Error(`${file} has no ${marks.join(' … ')} to write between.`);
  await writeFile(file, `${old.slice(0, from + marks[0].length)}\n\n${text}\n\n${old.slice(to)}`);
}
