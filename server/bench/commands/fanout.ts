import { parseArgs } from 'node:util';
import { measureWatching } from '../load/measure-viewers.ts';
import { readInk } from '../people/ink.ts';
import { numberOption, peopleRange, rateRange, secondsRange } from '../system/options.ts';

export const usage =
  'fanout [--drawers 10] [--viewers 40] [--seconds 10] [--rate 60] [--room NAME] [--strokes FILE.jsonl] [--url URL] [--profile FOLDER]';

/** One room: some draw, others watch. */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      drawers: { type: 'string', default: '10' },
      viewers: { type: 'string', default: '40' },
      seconds: { type: 'string', default: '10' },
      rate: { type: 'string', default: '60' },
      room: { type: 'string', default: 'bench' },
      strokes: { type: 'string' },
      url: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  return measureWatching({
    drawers: numberOption('drawers', values.drawers, peopleRange),
    viewers: numberOption('viewers', values.viewers, peopleRange),
    drawersWatch: false,
    seconds: numberOption('seconds', values.seconds, secondsRange),
    rate: numberOption('rate', values.rate, rateRange),
    room: values.room,
    ink: await readInk(values.strokes),
    url: values.url,
    profile: values.profile,
  });
}
