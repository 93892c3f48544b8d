import { parseArgs } from 'node:util';
import { createRandom, int } from '../../../shared/random.ts';
import { UsageError } from '../../../training/commands/run-command.ts';
import { readStrokesFile } from '../../../training/dataset/strokes-file.ts';
import { chooseBalanced } from '../people/choose.ts';
import { type Drawn, drawingsOf, split, writerOf } from '../people/population.ts';
import { meanOf, type RoomTraining, teachRoom } from '../quality/room-training.ts';
import { numberOption, peopleRange } from '../system/options.ts';
import { printLine } from '../system/progress.ts';
import { serverUnderTest } from '../system/server-under-test.ts';

export const usage =
  'signs --strokes FILE.jsonl [--labels 100] [--people 10] [--wrong 0] [--set NAME] [--where server] [--seed 1] [--url URL]';

/**
 * For each alphabet of the file, half of its writers teach ten signs in a room of their own, as the labels 0 to 9; the
 * model then reads the other half, who never taught.
 */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      strokes: { type: 'string' },
      labels: { type: 'string', default: '100' },
      people: { type: 'string', default: '10' },
      wrong: { type: 'string', default: '0' },
      set: { type: 'string' },
      where: { type: 'string', default: 'server' },
      seed: { type: 'string', default: '1' },
      url: { type: 'string' },
    },
  });
  const labels = numberOption('labels', values.labels, { min: 1, max: 10_000, whole: true });
  const people = numberOption('people', values.people, peopleRange);
  const wrong = numberOption('wrong', values.wrong, { min: 0, max: 1 });
  const seed = numberOption('seed', values.seed, { min: 0, max: 2 ** 31, whole: true });
  const { where } = values;
  if (where !== 'server' && where !== 'browser')
    throw new UsageError(`The option --where is ${JSON.stringify(where)}; allowed are server and browser.`);
  if (values.strokes === undefined) throw new UsageError('The option --strokes names a file of signs.');
  const drawings = await readStrokesFile(values.strokes);
  const names = values.set === undefined ? [...new Set(drawings.map(({ set }) => set ?? ''))] : [values.set];

  const server = await serverUnderTest(values);
  const sets: Record<string, object> = {};
  const trainings: RoomTraining[] = [];
  try {
    for (const [i, name] of names.entries()) {
      const { labellers, heldOut } = split(drawingsOf(drawings, name), { seed });
      const labelling = new Set([...new Set(labellers.map(writerOf))].slice(0, people));
      const own = labellers.filter(drawn => labelling.has(writerOf(drawn)));
      const labelled = mislabel(chooseBalanced(own, { count: labels, seed }), { wrong, seed });
      printLine(`${name}: ${labelling.size} people label ${labelled.length} signs`);
      const room = `signs-${seed}-${1 + i}`;
      const training = await teachRoom({ url: server.url, room }, { labelled, others: heldOut, where, seed });
      trainings.push(training);
      const { promoted, verdict } = training;
      const given = { labels: labelled.length, people: labelling.size };
      sets[name] = { ...given, ...figuresOf([training]), promoted, verdict };
      printLine(JSON.stringify(sets[name]));
    }
  } finally {
    await server.stop();
  }
  const least = Math.min(...trainings.map(({ after }) => after.right));
  return { labels, people, wrong, where, seed, ...figuresOf(trainings), leastAfter: least, sets };
}

/** A share of the labels names another digit. */
function mislabel(labelled: readonly Drawn[], { wrong, seed }: { wrong: number; seed: number }): Drawn[] {
  const random = createRandom(seed);
  return labelled.map(drawn =>
    random() < wrong ? { ...drawn, digit: (drawn.digit + 1 + int(random, 9)) % 10 } : drawn,
  );
}

/** Means over trainings. */
function figuresOf(trainings: readonly RoomTraining[]) {
  const mean = (of: (training: RoomTraining) => number) => meanOf(trainings, of);
  return {
    strangersBefore: mean(({ before }) => before.right),
    strangersAfter: mean(({ after }) => after.right),
    strangersDecided: mean(({ after }) => after.decided),
    mnistDrop: mean(({ before, after }) => before.mnist - after.mnist),
    seconds: mean(({ seconds }) => seconds),
  };
}
