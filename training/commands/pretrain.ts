import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { decodeWeights, encodeWeights, type Weights } from '../../shared/weights.ts';
import { type Batch, batchDefaults, digitBatches, type MnistOnlyLabeller } from '../dataset/batches.ts';
import type { LabelledDrawing } from '../dataset/digits.ts';
import { type Mnist, readMnist } from '../dataset/mnist.ts';
import { createMnistOnlyLabeller } from '../dataset/mnist-only-labeller.ts';
import { readStrokesFile } from '../dataset/strokes-file.ts';
import { readFixed, withModel } from '../evaluation/model-reader.ts';
import { predictImages } from '../evaluation/predict.ts';
import { fixedSetsOf } from '../evaluation/report.ts';
import { createReportCache } from '../evaluation/report-cache.ts';
import { encodeReadings } from '../evaluation/shipped-readings.ts';
import { atTemperatures, fitTemperature } from '../evaluation/temperature-scaling.ts';
import { fixedDrawingsOf } from '../gate/screen-labels.ts';
import { type Progress, train } from '../learn/train.ts';
import { answerAt, answers, outputs } from '../model/answers.ts';
import { withExtraAnswer, withIsDigitOf, withoutDoubt, withServedAnswers } from '../model/change-answers.ts';
import { initialWeights, stages } from '../model/network.ts';
import { loadServingNet } from '../model/serving-net.ts';
import { startCommandEngine } from './command-engine.ts';
import { cardOf, figuresOf, type TrainingRun } from './model-card.ts';
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

const dropout = 0.3; // measured in LOG.md; fine-tuning uses none

/** Made-up signs that are classified beside the digits. */
const signs = 400;
/**
 * Of the answer to beginnings. Real hands begin a digit in more ways than the rules do: on pens, the net is surer than it is
 * right without it (LOG.md).
 */
const partialTemperature = 1.3;
/**
 * The mix of the answer whether a drawing is a digit: whole drawings alone, and more non-digits than people draw, so that it
 * doubts rather (LOG.md).
 */
const isDigitMix = { redrawn: 0.2, glyphs: 0.2, negatives: 0.18, unfinished: 0 };
const isDigitRate = 5e-3; // of Adam, whose one layer learns fast
const bare = { redrawn: 0, glyphs: 0, negatives: 0 };
const onlyMnist = {
  mix: { ...batchDefaults.mix, ...bare },
  calm: { ...batchDefaults.calm, ...bare },
};

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
  const engine = await startCommandEngine(values.engine, 'training');
  const mnist = await readMnist();
  if (values.readings !== undefined) return writeReadings(values.readings, mnist);
  const start = values.from === undefined ? undefined : await readStart(values.from);
  const run = { seed, epochs, config, engine, ...(start && { from: start.version }) };
  const given = { mnist, run, first: start?.weights ?? initialWeights(seed) };
  const trained =
    values.among === undefined
      ? [await trainerOf(values)(given)]
      : await Promise.all(values.among.split(',').map(readTrained));
  await write(values.out, { trained, mnist, drawings });
  if (!values.plain) await writeReadings(values.out, mnist);
}

function trainerOf(values: { plain: boolean; 'only-is-digit': boolean }) {
  if (values.plain) return trainPlain;
  return values['only-is-digit'] ? trainIsDigit : trainOne;
}

type Trained = { run: TrainingRun; bytes: Uint8Array };
type Given = { mnist: Mnist; run: Omit<TrainingRun, 'temperature'>; first: Weights };

async function trainOne(given: Given): Promise<Trained> {
  const labeller = await readLabeller();
  const options = { ...optionsOf(given.run.config), signs };
  const weights = await trainFor(given, { name: 'the base', options, labeller: labeller.read });
  labeller.dispose();
  return scaled(weights, given);
}

/** The net in --from with its answer whether a drawing is a digit trained on its features. All other weights stay. */
async function trainIsDigit(given: Given): Promise<Trained> {
  const { first, run, mnist } = given;
  if (run.from === undefined) throw new UsageError('--only-is-digit needs --from');
  const steps = stepsOf(given);
  const labeller = await readLabeller();
  const batches = digitBatches(mnist.train, {
    seed: run.seed,
    count: steps,
    options: optionsOf({
      ...run.config,
      mix: { ...isDigitMix, ...run.config.mix },
      calm: { ...isDigitMix, ...run.config.calm },
    }),
    labeller: labeller.read,
  });
  const training = train({
    peakRate: isDigitRate,
    ...run.config.train,
    weights: first,
    batches: onlyIsDigit(batches),
    steps,
    norm: 'stored',
    frozenStages: stages.length,
    decay: 0,
  });
  const bytes = encodeWeights(withIsDigitOf(first, await finish(training, 'is a digit')));
  labeller.dispose();
  return { run: { ...run, only: 'isDigit', temperature: 1 }, bytes };
}

function* onlyIsDigit(batches: Iterable<Batch>): Generator<Batch, void, undefined> {
  for (const { images, targets } of batches)
    yield { images, targets: targets.map((value, i) => (i % outputs < answerAt.isDigit ? 0 : value)) };
}

async function readLabeller() {
  return createMnistOnlyLabeller(await readWeights(modelsFolder('plain')));
}

/** It has seen no scribble, so it calls everything a digit. */
async function trainPlain(given: Given): Promise<Trained> {
  const weights = await trainFor(given, { name: 'MNIST alone', options: onlyMnist });
  return scaled(withoutDoubt(weights), given);
}

/** The trained net at the temperature that calibrates it on the hold-out. */
async function scaled(weights: Weights, { mnist, run }: Given): Promise<Trained> {
  const net = await loadServingNet(encodeWeights(withoutDoubt(weights)));
  const temperature = fitTemperature(await predictImages(net, mnist.gate));
  net.dispose();
  const bytes = encodeWeights(atTemperatures(weights, [temperature, partialTemperature]));
  return { run: { ...run, temperature }, bytes };
}

type PretrainPhase = {
  name: string; // on the progress bar
  options: Partial<typeof batchDefaults>;
  labeller?: MnistOnlyLabeller;
};

async function trainFor(
  { mnist, run, first }: Given,
  { name, options, labeller }: PretrainPhase,
): Promise<Weights> {
  const { seed, config } = run;
  const { signs: classes = 0 } = options;
  const steps = stepsOf({ mnist, run });
  const trained = await finish(
    train({
      dropout,
      ...config.train,
      ...(classes > 0
        ? { weights: withExtraAnswer(first, { classes, seed }), answers: [...answers, classes] }
        : { weights: first }),
      batches: digitBatches(mnist.train, { seed, count: steps, options, labeller }),
      steps,
    }),
    name,
  );
  return classes > 0 ? withServedAnswers(trained) : trained;
}

function stepsOf({ mnist, run }: Pick<Given, 'mnist' | 'run'>): number {
  return Math.floor((run.epochs * mnist.train.labels.length) / batchDefaults.size);
}

async function readStart(folder: string) {
  const { version } = startSchema.parse(await readJson(join(folder, 'card.json')));
  return { version, weights: withServedAnswers(await readWeights(folder)) };
}

async function readWeights(folder: string): Promise<Weights> {
  return decodeWeights(await readFile(join(folder, 'weights.bin')));
}

function optionsOf({ batches, mix, calm }: TrainingRun['config']) {
  return {
    ...batches,
    mix: { ...batchDefaults.mix, ...mix },
    calm: { ...batchDefaults.calm, ...calm },
  };
}

async function finish(training: ReturnType<typeof train>, name: string): Promise<Weights> {
  const bar = progressBar(name);
  for (;;) {
    const state = await training.next();
    if (state.done) return state.value;
    bar(state.value);
  }
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

/** One line on stderr, updated at most once a second; loss and accuracy are running means. */
function progressBar(name: string): (progress: Progress) => void {
  const started = Date.now();
  let shownAt = 0;
  let loss = 0;
  let accuracy = 0;
  return progress => {
    const keep = Math.min(0.99, 1 - 1 / progress.step);
    loss = keep * loss + (1 - keep) * progress.loss;
    accuracy = keep * accuracy + (1 - keep) * progress.accuracy;
    const done = progress.step / progress.steps;
    if (Date.now() - shownAt < 1000 && done < 1) return;
    shownAt = Date.now();
    const minutes = (shownAt - started) / 60_000;
    const bar = '█'.repeat(Math.round(30 * done)).padEnd(30, '░');
    const figures = `loss ${loss.toFixed(4)}  accuracy ${(100 * accuracy).toFixed(2)} %`;
    const left = `${minutes.toFixed(1)} of ${(minutes / done).toFixed(1)} min`;
    process.stderr.write(
      `\r${name.padEnd(11)} ${bar} ${progress.step}/${progress.steps}  ${figures}  ${left} ${done < 1 ? '' : '\n'}`,
    );
  };
}
