import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../shared/random.ts';
import { isUserError } from '../../training/commands/run-command.ts';
import { hasLibrary, nativeFolder } from '../../training/engine/native-folder.ts';
import { drawSign } from '../../training/glyphs/made-up-signs.ts';
import { startServer, type TestServer, temporaryFolder } from '../testing/server.ts';
import { figuresOf, runBench } from './run-bench.ts';
import { findChromium } from './system/chromium.ts';

const entry = fileURLToPath(new URL('./bench.ts', import.meta.url));

function bench(...args: string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>(resolve => {
    const child = execFile(process.execPath, [entry, ...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** As the command prints them. */
async function printed(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await bench(...args);
  expect(stderr).not.toContain('Error');
  expect(code).toBe(0);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}

/** The same without a process of its own, whose start takes as long as most of these benches. */
const figures = async (name: string, ...args: string[]): Promise<Record<string, unknown>> =>
  JSON.parse(await figuresOf(name, args));

// A bench mostly waits, so benches of the same kind run side by side. Benches that need no server of their own share
// this one.
const data = temporaryFolder();
let shared: TestServer;
beforeAll(async () => {
  shared = await startServer({ DATA_DIR: data.folder });
});
afterAll(async () => {
  await shared.stop();
  data.remove();
});

/** `lost` is any number too: a prediction later than two seconds counts, which a busy machine may take. */
const number = expect.any(Number);
/** Nobody may have been answered in the fraction of a second that a test measures. */
const numberOrNull = expect.toSatisfy((value: unknown) => value === null || typeof value === 'number');
/** Covers the wait for a disconnection and two server starts on a slow machine. */
const longMs = 240_000;
/** Covers a training job and two evaluations of all drawings. */
const teachMs = 400_000;

test('infer measures every available engine and names the missing ones', async () => {
  const throughput = { imagesPerSecondBatch1: number, imagesPerSecondBatch8: number };
  expect(await printed('infer', '--seconds', '0.2')).toMatchObject({
    wasm: throughput,
    tfjsNode: hasLibrary(nativeFolder) ? throughput : null,
  });
  expect(await figures('infer', '--engine', 'wasm', '--seconds', '0.2')).toMatchObject(throughput);
});

test.concurrent('live sends real updates and measures their predictions', {
  timeout: longMs,
}, async () => {
  const result = await figures('live', '--drawers', '2', '--rate', '10', '--seconds', '2');
  expect(result).toMatchObject({ p50Ms: number, p99Ms: number, coalesced: number, lost: number, refused: 0 });
  expect(result).toHaveProperty('cpuUsPerUpdate');
  expect(result).toHaveProperty('disturbed');
  expect(result.updates).toBeGreaterThan(20);
  expect(result.guesses).toBeGreaterThan(0);
});

test.concurrent('live sends as much from clients that ignore overload', {
  timeout: longMs,
}, async () => {
  const result = await figures(
    'live',
    '--drawers',
    '2',
    '--rate',
    '10',
    '--seconds',
    '1',
    '--deaf',
    '--url',
    shared.url,
  );
  expect(result).toMatchObject({ deaf: true, lost: number });
});

test.concurrent('fanout counts the drawn points at every viewer', { timeout: longMs }, async () => {
  const result = await figures(
    'fanout',
    '--drawers',
    '2',
    '--viewers',
    '3',
    '--seconds',
    '2',
    '--url',
    shared.url,
  );
  expect(result).toMatchObject({ people: 5, p50Ms: number, p99Ms: number, lost: number, disconnects: 0 });
  for (const name of ['cpuUsPerPoint', 'cpuShare', 'bytesPerPoint', 'framesPerPoint'])
    expect(result).toHaveProperty(name);
  // 2 drawers × 60 points/s × 3 viewers × 2 s, with a margin for a slow machine.
  expect(result.delivered).toBeGreaterThan(360);
});

test.concurrent('crowd counts everybody’s points at everybody', { timeout: longMs }, async () => {
  const result = await figures('crowd', '--people', '4', '--seconds', '2', '--url', shared.url);
  expect(result).toMatchObject({ people: 4, p99Ms: number, lost: number, disconnects: 0 });
  // 4 people × 60 points/s, received by all four, for 2 s.
  expect(result.delivered).toBeGreaterThan(480);
});

test.concurrent('join reports what newcomers receive and how others are affected', {
  timeout: longMs,
}, async () => {
  const result = await figures(
    'join',
    '--drawings',
    '5',
    '--rate',
    '5',
    '--seconds',
    '2',
    '--url',
    shared.url,
  );
  expect(result).toMatchObject({ joined: 10, refused: 0, joinP95Ms: number, othersP99Ratio: number });
  expect(result.kbPerJoin).toBeGreaterThan(1);
});

test.concurrent(
  'stall stops clients until the server disconnects them',
  async () => {
    const result = await figures('stall', '--readers', '3', '--drawers', '2', '--seconds', '2');
    expect(result).toMatchObject({ readers: 3, cutOffS: number, healthyP99Ratio: number });
    expect(result).toHaveProperty('rssPerReaderKb');
  },
  longMs,
);

test.concurrent(
  'crash kills the server and finds every acked label after the restart',
  async () => {
    const result = await figures('crash', '--people', '3', '--seconds', '3');
    expect(result).toMatchObject({ lostLabels: 0, neverBack: 0, backP95Ms: number });
    expect(result.ackedLabels).toBeGreaterThan(0);
  },
  longMs,
);

test.concurrent('abuse reports how others are affected', { timeout: longMs }, async () => {
  const small = ['--drawers', '1', '--connections', '1', '--labels', '2', '--seconds', '0.2'];
  expect(await figures('abuse', ...small, '--only', 'samples')).toMatchObject({
    samples: { p99Ms: numberOrNull, answeredShare: number },
  });
});

test('table replaces the rows that a file has of its benches, and nothing else', async () => {
  const { folder, remove } = temporaryFolder();
  const [readme, known] = [join(folder, 'README.md'), join(folder, 'figures.json')];
  const others = ['| what | command |', '|---|---|', '| teaching | `teach` | 15.6 s | 60 s |', '`crowd`'];
  const rows = [
    '| people | `crowd` | old | old |',
    '| 2,000 | `idle` | old | old |',
    '| `kill` | `crash` | old |',
  ];
  await writeFile(readme, `${[...others, ...rows].join('\n')}\n`);
  const commands = (await readFile(new URL('./commands/table.ts', import.meta.url), 'utf8')).matchAll(
    /command: '(.*)'/g,
  );
  const all = Object.fromEntries(
    Array.from(commands, ([, command]) => [
      command,
      { lost: 0, lostLabels: 0, cpuShare: 0.25, disturbed: command === 'idle' },
    ]),
  );
  await writeFile(known, JSON.stringify(all));
  expect(await printed('table', '--figures', known, '--write', readme)).toEqual(all);
  const written = (await readFile(readme, 'utf8')).split('\n');
  expect(written.slice(0, others.length)).toEqual(others);
  expect(written.slice(others.length)).toEqual([
    '| 43 people, all drawing and watching | `crowd` | 25 % of a core; p99 – ms | ≤ 40 %; 80 ms |',
    expect.stringMatching(/^\| 2,000 idle people † \| `idle` \| – KB each, 25 % of a core \| .* \|$/),
    expect.stringMatching(/^\| `kill -9` under load \| `crash` \| 0 of .* \|$/),
    '',
  ]);
  await writeFile(readme, others.join('\n'));
  await expect(runBench(['table', '--figures', known, '--write', readme])).rejects.toThrow(
    'has no row of a load bench',
  );
  remove();
});

test('each load bench has its row in the README or beside the benches', async () => {
  const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8');
  const commands = Array.from(
    (await read('./commands/table.ts')).matchAll(/command: '(.*)'/g),
    ([, command]) => command,
  );
  expect(commands.length).toBeGreaterThan(10);
  const pages = `${await read('../../README.md')}\n${await read('./README.md')}`;
  const rowsOf = (command = '') => pages.split(`| \`${command}\` |`).length - 1;
  expect(commands.filter(command => rowsOf(command) !== 1)).toEqual([]);
});

test(
  'teach trains on a few corrections and reports how others are affected',
  async () => {
    const result = await figures('teach', '--labels', '8', '--url', shared.url);
    expect(result).toMatchObject({
      labels: 8,
      corrections: 8,
      correctionsLearned: number,
      teachers: number,
    });
    expect(result).toMatchObject({ promoted: expect.any(Boolean), verdict: expect.stringContaining(' ') });
    for (const name of ['mnistBefore', 'mnistAfter', 'mnistDrop', 'strangersBefore', 'strangersAfter'])
      expect(result).toHaveProperty(name, number);
    for (const name of ['seconds', 'cpuSeconds', 'strangers', 'strangersErrorRatio', 'disturbed'])
      expect(result).toHaveProperty(name);
  },
  teachMs,
);

test.skipIf((await findChromium()) === null)(
  'paint measures when a first visitor sees something, and when each place is there',
  async () => {
    const options = ['--kbits', '20000', '--latency', '0', '--visits', '1', '--url', shared.url];
    const visit = { paintMs: number, readyMs: number, kilobytes: number };
    expect(await figures('paint', ...options)).toMatchObject({ draw: visit, wall: visit, lab: visit });
  },
  longMs,
);

test(
  'a room learns ten signs that a browser trains on',
  async () => {
    const file = join(data.folder, 'signs.jsonl');
    await writeFile(file, signsOf(4).join('\n'));
    const options = ['--strokes', file, '--labels', '20', '--people', '2', '--where', 'browser'];
    const result = await figures('signs', ...options, '--url', shared.url);
    expect(result).toMatchObject({ where: 'browser', sets: { signs: { promoted: true, people: 2 } } });
    expect(result.strangersAfter).toBeGreaterThan(Number(result.strangersBefore));
  },
  teachMs,
);

/** Lines of a strokes file: each writer draws each of ten made-up signs twice. */
function signsOf(writers: number): string[] {
  const random = createRandom(7);
  return Array.from({ length: 20 * writers }, (_, i) => {
    const strokes = drawSign(i % 10, random).map(stroke =>
      Array.from({ length: stroke.length / 2 }, (_, k) => [stroke[2 * k], stroke[2 * k + 1]]),
    );
    return JSON.stringify({ label: i % 10, strokes, set: 'signs', writer: `w${Math.floor(i / 20)}` });
  });
}

test('a wrong option is refused with one sentence, without a stack', async () => {
  const { code, stdout, stderr } = await bench('fly');
  expect(stderr).toMatch(/no bench called "fly"; there are infer, live, fanout, crowd, stall/);
  expect(stderr).not.toMatch(/\n\s+at /);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
});

test('help has a line of every bench', async () => {
  const { code, stdout } = await bench('--help');
  expect(code).toBe(0);
  const commands = await readdir(new URL('./commands/', import.meta.url));
  for (const file of commands) expect(stdout).toMatch(new RegExp(`^  ${file.replace('.ts', '')}( |$)`, 'm'));
});

test.each([
  [['live', '--wings', '2'], /--wings/],
  [['live', '--drawers', 'many'], /--drawers is "many"; allowed is a whole number from 1/],
  [['fanout', '--viewers', '0'], /--viewers is "0"/],
  [['crash', '--people', '0'], /--people is "0"/],
  [['infer', '--engine', 'steam'], /"steam" is not available/],
  [['live', '--strokes', '/nowhere.jsonl'], /nowhere\.jsonl cannot be read/],
  [['teach', '--labels', '5000'], /--labels is "5000"; the labellers have 600/],
  [['teach', '--writers', '1'], /--writers is "1"/],
  [['live', '--url', 'http://localhost:1'], /No Inkling server is ready/],
])('%j is an error of the user', async (args, sentence) => {
  const error = await runBench(args).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ message: expect.stringMatching(sentence) });
  expect(isUserError(error)).toBe(true);
});
