import { rasterise } from '../../shared/rasterise.ts';
import type { Digits, LabelledDrawing } from '../dataset/digits.ts';
import { concatRasters } from '../dataset/ood-probes.ts';
import { firstPoints } from '../glyphs/redraw.ts';
import { answerAt, outputs } from '../model/answers.ts';
import { mix, wholeAnswer } from '../model/mixture.ts';
import type { ServingNet } from '../model/serving-net.ts';
import type { Reading } from './metrics.ts';
import { momentCount } from './moments.ts';
import { type Moment, replay } from './replay.ts';

export async function predictImages(net: ServingNet, { images, labels }: Digits): Promise<Reading[]> {
  const probabilities = await net.predict(images, labels.length);
  return Array.from(labels, (label, i) => ({ label, probabilities: tenOf(probabilities, i) }));
}

/** Predicts which digit each unfinished drawing becomes. */
export async function predictBeginnings(net: ServingNet, { images, labels }: Digits): Promise<Reading[]> {
  const read = await net.readMoments(images, labels.length);
  return Array.from(labels, (label, i) => {
    const from = i * outputs + answerAt.partial;
    return { label, probabilities: Array.from(read.subarray(from, from + 10)) };
  });
}

/** Predicts each drawing whole, and at moments while it is drawn, as a server shows it then. */
export async function predictDrawings(
  net: ServingNet,
  drawings: readonly LabelledDrawing[],
): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (const drawing of drawings) readings.push(await predictDrawing(net, drawing));
  return readings;
}

async function predictDrawing(net: ServingNet, drawing: LabelledDrawing): Promise<Reading> {
  const { strokes, times, ...rest } = drawing;
  const moments = await readMoments(net, drawing);
  const last = moments.at(-1);
  return {
    ...rest,
    probabilities: last ? wholeAnswer(last.outputs) : [],
    prefixes: moments.map(({ share, pen, outputs }) => ({ share, probabilities: mix(outputs, pen) })),
  };
}

/** `count` moments of a drawing, each with the net's outputs for the ink so far. */
export async function readMoments(
  net: ServingNet,
  drawing: LabelledDrawing,
  count: number = momentCount,
): Promise<(Moment & { outputs: Float32Array })[]> {
  const moments = replay(drawing, count);
  const rasters = concatRasters(moments.map(({ points }) => rasterise(firstPoints(drawing.strokes, points))));
  const read = await net.readMoments(rasters, moments.length);
  return moments.map((moment, i) => ({ ...moment, outputs: read.subarray(i * outputs, (i + 1) * outputs) }));
}

/** Predicted probabilities of rasters, by kind. */
export async function predictKinds(
  net: ServingNet,
  kinds: Record<string, readonly Uint8Array[]>,
): Promise<Record<string, number[][]>> {
  const read = Object.entries(kinds).map(async ([kind, rasters]): Promise<[string, number[][]]> => {
    const probabilities = await net.predict(concatRasters(rasters), rasters.length);
    return [kind, rasters.map((_, i) => tenOf(probabilities, i))];
  });
  return Object.fromEntries(await Promise.all(read));
}

const tenOf = (probabilities: Float32Array, i: number) =>
  Array.from(probabilities.subarray(i * 10, i * 10 + 10));
