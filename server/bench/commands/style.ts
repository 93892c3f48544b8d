import { parseArgs } from 'node:util';
import { drawInStyle, newStyles } from '../people/new-styles.ts';
import { meanOf, type RoomTraining, teachRoom } from '../quality/room-training.ts';
import { numberOption } from '../system/options.ts';
import { printLine } from '../system/progress.ts';
import { serverUnderTest } from '../system/server-under-test.ts';

export const usage = 'style [--labels 9] [--seed 1] [--url URL]';

/** Nine others, as in the goal. */
const othersPerStyle = 9;

/** One hand teaches a digit in a style of its own; the model then reads other drawings of that hand. */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      labels: { type: 'string', default: '9' },
      seed: { type: 'string', default: '1' },
      url: { type: 'string' },
    },
  });
  const labels = numberOption('labels', values.labels, { min: 1, max: 1000, whole: true });
  const seed = numberOption('seed', values.seed, { min: 0, max: 2 ** 31, whole: true });
  const server = await serverUnderTest(values);
  const styles: Record<string, object> = {};
  const trainings: RoomTraining[] = [];
  try {
    for (const [i, each] of newStyles.entries()) {
      const drawn = drawInStyle(each, { count: labels + othersPerStyle, seed });
      const at = { url: server.url, room: `style-${seed}-${1 + i}` };
      printLine(`${each.name}: one hand labels ${labels} drawings`);
      const training = await teachRoom(at, { labelled: drawn.slice(0, labels), others: drawn.slice(labels) });
      trainings.push(training);
      const { before, after, promoted, verdict } = training;
      styles[each.name] = {
        rightBefore: before.right,
        decidedBefore: before.decided,
        rightAfter: after.right,
        decidedAfter: after.decided,
        mnistDrop: before.mnist - after.mnist,
        seconds: training.seconds,
        promoted,
        verdict,
      };
      printLine(JSON.stringify(styles[each.name]));
    }
  } finally {
    await server.stop();
  }
  return {
    labels,
    seed,
    decidedBefore: meanOf(trainings, ({ before }) => before.decided),
    decidedAfter: meanOf(trainings, ({ after }) => after.decided),
    mnistDrop: meanOf(trainings, ({ before, after }) => before.mnist - after.mnist),
    seconds: meanOf(trainings, each => each.seconds),
    styles,
  };
}
