import { UsageError } from '../../training/commands/run-command.ts';

interface Bench {
  usage: string;
  run(args: string[]): Promise<object>;
}

/** Each is loaded when it runs: together they are half of the tree. */
const benches: Record<string, () => Promise<Bench>> = {
  infer: () => import('./commands/infer.ts'),
  live: () => import('./commands/live.ts'),
  fanout: () => import('./commands/fanout.ts'),
  crowd: () => import('./commands/crowd.ts'),
  stall: () => import('./commands/stall.ts'),
  crash: () => import('./commands/crash.ts'),
  join: () => import('./commands/join.ts'),
  idle: () => import('./commands/idle.ts'),
  teach: () => import('./commands/teach.ts'),
  signs: () => import('./commands/signs.ts'),
  style: () => import('./commands/style.ts'),
  train: () => import('./commands/train.ts'),
  hostile: () => import('./commands/hostile.ts'),
  'labels-hostile': () => import('./commands/labels-hostile.ts'),
  uploads: () => import('./commands/uploads.ts'),
  abuse: () => import('./commands/abuse.ts'),
  rooms: () => import('./commands/rooms.ts'),
  paint: () => import('./commands/paint.ts'),
  table: () => import('./commands/table.ts'),
};

async function printUsage() {
  const all = await Promise.all(Object.values(benches).map(load => load()));
  process.stdout.write(`npm run -s bench -- NAME [--option value]

  ${all.map(({ usage }) => usage).join('\n  ')}

Progress goes to standard error, one JSON object of figures to the last line of standard output.
`);
}

/** Figures are not precise beyond the fourth decimal. */
const decimals = 1e4;

/** Runs the bench that the first argument names and prints its figures. */
export async function runBench([name, ...args]: readonly string[]): Promise<void> {
  if (name === undefined || name === '--help' || name === '-h') {
    await printUsage();
    return;
  }
  process.stdout.write(`${await figuresOf(name, args)}\n`);
}

/** The figures of a bench as JSON. Throws UsageError. */
export async function figuresOf(name: string, args: string[]): Promise<string> {
  const load = Object.hasOwn(benches, name) ? benches[name] : undefined;
  if (load === undefined) {
    const names = Object.keys(benches).join(', ');
    throw new UsageError(`There is no bench called ${JSON.stringify(name)}; there are ${names}.`);
  }
  const { run } = await load();
  return JSON.stringify(await run(args), rounded);
}

function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * decimals) / decimals : value;
}
