import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodeWeights } from '../shared/weights.ts';
import { batchDefaults, digitBatches } from './batches.ts';
import { runCommand, UsageError } from './command.ts';
import { startCommandEngine } from './command-engine.ts';
import { evaluate } from './evaluate.ts';
import { readMnist } from './mnist.ts';
import { cost, initialWeights } from './model.ts';
import { readDrawings, readImages } from './read.ts';
import { loadServingNet } from './serve.ts';
import { readStrokesFile } from './strokes-file.ts';
import { type Progress, train } from './train.ts';

const usage = `npm run pretrain -- [--seed 1] [--epochs 32] [--out models/base] [--strokes FILE.jsonl] [--engine auto]

Trains the base model on MNIST and writes weights.bin and card.json. Drawings of FILE.jsonl are only read, at the end.
`;

await runCommand(pretrain);

async function pretrain(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      epochs: { type: 'string', default: '32' },
      out: { type: 'string', default: fileURLToPath(new URL('../models/base', import.meta.url)) },
      strokes: { type: 'string' },
      engine: { type: 'string', default: 'auto' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const seed = wholeNumber('seed', options.seed);
  const epochs = wholeNumber('epochs', options.epochs);
  const drawings = options.strokes === undefined ? undefined : await readStrokesFile(options.strokes);
  const engine = await startCommandEngine(options.engine, 'training');
  const mnist = await readMnist();
  const training = train({
    weights: initialWeights(seed),
    batches: digitBatches(mnist.train, { seed }),
    steps: Math.floor((epochs * mnist.train.labels.length) / batchDefaults.size),
  });
  const bar = progressBar();
  let state = await training.next();
  while (!state.done) {
    bar(state.value);
    state = await training.next();
  }
  const bytes = encodeWeights(state.value);
  const net = await loadServingNet(bytes);
  const report = evaluate(await readImages(net, mnist.test));
  const penAccuracy = drawings ? evaluate(await readDrawings(net, drawings)).accuracy : null;
  net.dispose();
  const card = {
    version: `base-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}`,
    seed,
    data: '55,000 MNIST training images bent, or thinned and redrawn in other styles; digits drawn by rule',
    epochs,
    mnistAccuracy: report.accuracy,
    mnistEce: report.ece,
    penAccuracy,
    ...cost(),
    date: new Date().toISOString().slice(0, 10),
    command: `npm run pretrain -- --seed ${seed} --epochs ${epochs} --engine ${engine}`,
  };
  await mkdir(options.out, { recursive: true });
  await writeFile(join(options.out, 'weights.bin'), bytes);
  await writeFile(join(options.out, 'card.json'), `${JSON.stringify(card, null, 2)}\n`);
  process.stderr.write(`${JSON.stringify(card, null, 2)}\n`);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name} is a whole number, found ${text}`);
  return Number(text);
}

/** One line on stderr, drawn again at most once a second; loss and accuracy are running means. */
function progressBar(): (progress: Progress) => void {
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
      `\r${bar} ${progress.step}/${progress.steps}  ${figures}  ${left} ${done < 1 ? '' : '\n'}`,
    );
  };
}
