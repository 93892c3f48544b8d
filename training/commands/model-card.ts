import { createHash } from 'node:crypto';
import type { LabelledDrawing } from '../dataset/digits.ts';
import type { Mnist } from '../dataset/mnist.ts';
import { crowdsOf, oodProbesByKind } from '../dataset/ood-probes.ts';
import { evaluate } from '../evaluation/metrics.ts';
import { predictDrawings, predictImages, predictKinds } from '../evaluation/predict.ts';
import type { PretrainConfig } from '../learn/pretrain.ts';
import { cost } from '../model/network.ts';
import { loadServingNet } from '../model/serving-net.ts';

export type TrainingRun = {
  seed: number;
  epochs: number;
  temperature: number;
  from?: string; // version that the training went on from, whose folder `--from` names
  only?: 'isDigit'; // the answer that was trained alone, on the features of `from`
  engine: string;
  config: PretrainConfig;
};

/** Measurements of one seed's weights; `pens` is null without a strokes file. */
export type Figures = Awaited<ReturnType<typeof figuresOf>>;

export async function figuresOf(
  bytes: Uint8Array,
  { mnist, drawings }: { mnist: Mnist; drawings?: readonly LabelledDrawing[] },
) {
  const net = await loadServingNet(bytes);
  try {
    const crowds = drawings && { penCrowds: crowdsOf(drawings.map(({ strokes }) => strokes)) };
    const nonDigits = await predictKinds(net, { ...oodProbesByKind(), ...crowds });
    const holdOut = evaluate(await predictImages(net, mnist.gate));
    const test = evaluate(await predictImages(net, mnist.test), nonDigits);
    const { negatives, negativesByKind } = test;
    return {
      version: `base-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}`,
      holdOut: { accuracy: holdOut.accuracy, ece: holdOut.ece },
      mnist: { accuracy: test.accuracy, perDigit: test.perDigit, ece: test.ece },
      pens: drawings ? pensOf(evaluate(await predictDrawings(net, drawings))) : null,
      negatives: { all: negatives, byKind: negativesByKind },
    };
  } finally {
    net.dispose();
  }
}

function pensOf({ accuracy, perDigit, ece, earliness, flips, byInk, bySet }: ReturnType<typeof evaluate>) {
  return { accuracy, perDigit, ece, earliness, flips, byInk, bySet };
}

type Measured = { run: TrainingRun; figures: Figures };

/** The card beside the weights: their measurements, and the means over all trained seeds. */
export function cardOf({ run, figures }: Measured, all: readonly Measured[]) {
  const { version, ...measured } = figures;
  const mean = (of: (figures: Figures) => number) =>
    all.reduce((sum, each) => sum + of(each.figures), 0) / all.length;
  return {
    version,
    data: '55,000 MNIST training images bent, or thinned and redrawn in other styles; digits, made-up signs and what is neither drawn by rule',
    mnistAccuracy: figures.mnist.accuracy,
    ...measured,
    seeds: {
      of: all.map(each => each.run.seed),
      mnistAccuracy: mean(({ mnist }) => mnist.accuracy),
      mnistEce: mean(({ mnist }) => mnist.ece),
      penAccuracy: figures.pens && mean(({ pens }) => pens?.accuracy ?? 0),
      earliness: figures.pens && mean(({ pens }) => pens?.earliness ?? 0),
      flips: figures.pens && mean(({ pens }) => pens?.flips ?? 0),
      negatives: mean(({ negatives }) => negatives.all ?? 0),
    },
    ...run,
    ...cost(),
    date: new Date().toISOString().slice(0, 10),
    command: `npm run pretrain -- --seed ${run.seed} --epochs ${run.epochs} --engine ${run.engine}${run.from ? ` --from ${run.from}` : ''}${run.only ? ' --only-is-digit' : ''}`,
  };
}
