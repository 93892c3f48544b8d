import { UsageError } from '../../training/commands/run-command.ts';
import { abuse, abuseUsage } from './commands/abuse.ts';
import { crash, crashUsage } from './commands/crash.ts';
import { crowd, crowdUsage } from './commands/crowd.ts';
import { fanout, fanoutUsage } from './commands/fanout.ts';
import { hostile, hostileUsage } from './commands/hostile.ts';
import { idle, idleUsage } from './commands/idle.ts';
import { infer, inferUsage } from './commands/infer.ts';
import { join, joinUsage } from './commands/join.ts';
import { labelsHostile, labelsHostileUsage } from './commands/labels-hostile.ts';
import { live, liveUsage } from './commands/live.ts';
import { paint, paintUsage } from './commands/paint.ts';
import { rooms, roomsUsage } from './commands/rooms.ts';
import { signs, signsUsage } from './commands/signs.ts';
import { stall, stallUsage } from './commands/stall.ts';
import { style, styleUsage } from './commands/style.ts';
import { table, tableUsage } from './commands/table.ts';
import { teach, teachUsage } from './commands/teach.ts';
import { train, trainUsage } from './commands/train.ts';
import { uploads, uploadsUsage } from './commands/uploads.ts';

const benches = new Map<string, (args: string[]) => Promise<object>>([
  ['infer', infer],
  ['live', live],
  ['fanout', fanout],
  ['crowd', crowd],
  ['stall', stall],
  ['crash', crash],
  ['join', join],
  ['idle', idle],
  ['teach', teach],
  ['signs', signs],
  ['style', style],
  ['train', train],
  ['hostile', hostile],
  ['labels-hostile', labelsHostile],
  ['uploads', uploads],
  ['abuse', abuse],
  ['rooms', rooms],
  ['paint', paint],
  ['table', table],
]);

const usage = `npm run -s bench -- NAME [--option value]

  ${[inferUsage, liveUsage, fanoutUsage, crowdUsage, stallUsage, crashUsage, joinUsage, idleUsage, teachUsage, signsUsage, styleUsage, trainUsage, hostileUsage, labelsHostileUsage, uploadsUsage, abuseUsage, roomsUsage, paintUsage, tableUsage].join('\n  ')}

Progress goes to standard error, one JSON object of figures to the last line of standard output.
`;

/** Figures are not precise beyond the fourth decimal. */
const decimals = 1e4;

/** Runs the bench that the first argument names and prints its figures. */
export async function runBench([name, ...args]: readonly string[]): Promise<void> {
  if (name === undefined || name === '--help' || name === '-h') {
    process.stdout.write(usage);
    return;
  }
  const run = benches.get(name);
  if (run === undefined) {
    const names = [...benches.keys()].join(', ');
    throw new UsageError(`There is no bench called ${JSON.stringify(name)}; there are ${names}.`);
  }
  const figures = await run(args);
  process.stdout.write(`${JSON.stringify(figures, rounded)}\n`);
}

function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * decimals) / decimals : value;
}
