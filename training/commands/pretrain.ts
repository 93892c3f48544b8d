import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { decodeWeights, type Weights } from '../../shared/weights.ts';
import type { LabelledDrawing } from '../dataset/digits.ts';
import { type Mnist, readMnist } from '../dataset/mnist.ts';
import { createMnistOnlyLabeller } from '../dataset/mnist-only-labeller.ts';
import { readStrokesFile } from '../dataset/strokes-file.ts';
import { readFixed, withModel } from '../evaluation/model-reader.ts';
import { fixedSetsOf } from '../evaluation/report.ts';
import { createReportCache } from '../evaluation/report-cache.ts';
import { encodeReadings } from '../evaluation/shipped-readings.ts';
import { fixedDrawingsOf } from '../gate/screen-labels.ts';
import { type Pretraining, trainBase, trainIsDigit, trainPlain } from '../learn/pretrain.ts';
import { withServedAnswers } from '../model/change-answers.ts';
import { initialWeights } from '../model/network.ts';
import { startCommandEngine } from './command-engine.ts';
import { cardOf, figuresOf, type TrainingRun } from './model-card.ts';
import { progressBar } from './progress-bar.ts';
import { runCommand, UsageError } from './run-command.ts';

const usage = `npm run pretrain -- [--seed 1] [--epochs 32] [--from FOLDER] [--only-is-digit] [--config FILE.json] [--out models/base] [--strokes FILE.jsonl] [--engine auto]
npm run pretrain -- --among FOLDER,FOLDER… [--out models/base] [--strokes FILE.jsonl]
npm run pretrain -- --plain --epochs 3 --out models/plain

Trains the base model, on from the weights in --from if that is given; writes weights.bin and card.json. The net of
models/plain, trained on MNIST alone, checks its samples. Drawings of FILE.jsonl are evaluated at the end, never trained on.
--config holds {"batches":{…},"mix":{…},"calm":{…},"train":{…}}: overrides of batchDefaults, its two mixes and
trainDefaults. --only-is-digit trains the answer whether a drawing is a digit at all, on the features of --from, and nothing
else. --plain trains on MNIST alone: the second witness on labels, and the second opinion. --among takes, of the seeds in the folders, the one with the best hold-out accuracy; its card has the
means of all.
`;

const numbers = z.record(z.string(), z.number()).default({});
const configSchema = z.strictObject({ batches: numbers, mix: numbers, calm: numbers, train: numbers });
const runSchema = z.object({
  seed: z.int(),
  epochs: z.int(),
  temperature: z.number(),
  config: configSchema,
  engine: z.string().default('wasm'),
  from: z.string().optional(),
  only: z.literal('isDigit').optional(),
});

const startSchema = z.object({ version: z.string() });

const modelsFolder = (name: string) => fileURLToPath(new URL(`../../models/${name}`, import.meta.url));

const options = {
  seed: { type: 'string', default: '1' },
  epochs: { type: 'string', default: '32' },
  config: { type: 'string' },
  among: { type: 'string' },
  from: { type: 'string' },
  plain: { type: 'boolean', default: false },
  'only-is-digit': { type: 'boolean', default: false },
  readings: { type: 'string' },
  out: { type: 'string', default: modelsFolder('base') },
  strokes: { type: 'string' },
  engine: { type: 'string', default: 'auto' },
  help: { type: 'boolean', short: 'h' },
} as const;

await runCommand(pretrain);

async function pretrain(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const seed = wholeNumber('seed', values.seed);
  const epochs = wholeNumber('epochs', values.epochs);
  const config = configSchema.parse(values.config === undefined ? {} : await readJson(values.config));
  const drawings = values.strokes === undefined ? undefined : await readStrokesFile(values.strokes);
  if (values['only-is-digit'] && values.from === undefined)
    throw new UsageError('--only-is-digit needs --from');
  const engine = await startCommandEngine(values.engine, 'training');
  const mnist = await readMnist();
  if (values.readings !== undefined) return writeReadings(values.readings, mnist);
  const start = values.from === undefined ? undefined : await readStart(values.from);
  const first = start?.weights ?? initialWeights(seed);
  const run = {
    seed,
    epochs,
    config,
    engine,
    ...(start && { from: start.version }),
    ...(values['only-is-digit'] && { only: 'isDigit' as const }),
  };
  const trained =
    values.among === undefined
      ? [await trainOne({ mnist, first, seed, epochs, config, watch: progressBar }, run, values)]
      : await Promise.all(values.among.split(',').map(readTrained));
  await write(values.out, { trained, mnist, drawings });
  if (!values.plain) await writeReadings(values.out, mnist);
}

type Trained = { run: TrainingRun; bytes: Uint8Array };

async function trainOne(
  pretraining: Pretraining,
  run: Omit<TrainingRun, 'temperature'>,
  { plain }: { plain: boolean },
): Promise<Trained> {
  const { bytes, temperature } = plain
    ? await trainPlain(pretraining)
    : await trainLabelled(pretraining, run);
  return { run: { ...run, temperature }, bytes };
}

async function trainLabelled(pretraining: Pretraining, { only }: Pick<TrainingRun, 'only'>) {
  const labeller = createMnistOnlyLabeller(await readWeights(modelsFolder('plain')));
  const trained = await (only === 'isDigit' ? trainIsDigit : trainBase)(pretraining, labeller.read);
  labeller.dispose();
  return trained;
}

async function readStart(folder: string) {
  const { version } = startSchema.parse(await readJson(join(folder, 'card.json')));
  return { version, weights: withServedAnswers(await readWeights(folder)) };
}

async function readWeights(folder: string): Promise<Weights> {
  return decodeWeights(await readFile(join(folder, 'weights.bin')));
}

async function readTrained(folder: string): Promise<Trained> {
  const run = runSchema.parse(await readJson(join(folder, 'card.json')));
  return { run, bytes: await readFile(join(folder, 'weights.bin')) };
}

type Results = { trained: Trained[]; mnist: Mnist; drawings?: readonly LabelledDrawing[] };

/** Writes the weights with the best hold-out accuracy, and a card. Only this step reads the test images and the pens. */
async function write(out: string, { trained, mnist, drawings }: Results): Promise<void> {
  const measured = [];
  for (const { run, bytes } of trained)
    measured.push({ run, bytes, figures: await figuresOf(bytes, { mnist, drawings }) });
  const [best] = measured.toSorted((a, b) => b.figures.holdOut.accuracy - a.figures.holdOut.accuracy);
  if (!best) throw new UsageError('--among names no folder');
  const card = JSON.stringify(cardOf(best, measured), null, 2);
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'weights.bin'), best.bytes);
  await writeFile(join(out, 'card.json'), `${card}\n`);
  process.stderr.write(`${card}\n`);
}

/** What the model of the folder predicts on the sets that no label changes. */
async function writeReadings(folder: string, mnist: Mnist): Promise<void> {
  const sets = fixedSetsOf({ mnist: mnist.gate, ...fixedDrawingsOf({ gate: 'house' }) });
  const context = { sets, cache: createReportCache(), now: () => performance.now() };
  const bytes = await readFile(join(folder, 'weights.bin'));
  const read = await withModel(decodeWeights(bytes), context, readFixed);
  await writeFile(join(folder, 'readings.bin'), encodeReadings(bytes, sets, read));
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'));
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} is a whole number, found ${text}`);
  return Number(text);
}
