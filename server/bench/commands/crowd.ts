import { parseArgs } from 'node:util';
import { measureWatching } from '../load/measure-viewers.ts';
import { readInk } from '../people/ink.ts';
import { numberOption, peopleRange, rateRange, secondsRange } from '../system/options.ts';

export const usage =
  'crowd [--people 43] [--seconds 10] [--rate 60] [--strokes FILE.jsonl] [--url URL] [--profile FOLDER]';

/** One room in which everybody draws and watches all the others. */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      people: { type: 'string', default: '43' },
      seconds: { type: 'string', default: '10' },
      rate: { type: 'string', default: '60' },
      strokes: { type: 'string' },
      url: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  return measureWatching({
    drawers: numberOption('people', values.people, peopleRange),
    viewers: 0,
    drawersWatch: true,
    seconds: numberOption('seconds', values.seconds, secondsRange),
    rate: numberOption('rate', values.rate, rateRange),
    room: 'bench',
    ink: await readInk(values.strokes),
    url: values.url,
    profile: values.profile,
  });
}
