import { rasterise, rasterPixels } from '../../shared/rasterise.ts';
import type { Digits, LabelledDrawing } from '../dataset/digits.ts';
import { concatRasters } from '../dataset/ood-probes.ts';
import { firstPoints } from '../glyphs/redraw.ts';
import type { ServingNet } from '../model/serving-net.ts';
import type { Prefix, Reading } from './metrics.ts';

const maxPrefixes = 24; // of a drawing: the predicted digit changes less often; a median drawing has 38 points

export async function predictImages(net: ServingNet, { images, labels }: Digits): Promise<Reading[]> {
  const probabilities = await net.predict(images, labels.length);
  return Array.from(labels, (label, i) => ({ label, probabilities: tenOf(probabilities, i) }));
}

/** Predicts each drawing whole and at growing prefixes of its points, as during drawing. */
export async function predictDrawings(
  net: ServingNet,
  drawings: readonly LabelledDrawing[],
): Promise<Reading[]> {
  const readings: Reading[] = [];
  for (const drawing of drawings) readings.push(await predictDrawing(net, drawing));
  return readings;
}

async function predictDrawing(net: ServingNet, { strokes, ...rest }: LabelledDrawing): Promise<Reading> {
  const points = strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0);
  const count = Math.max(1, Math.min(maxPrefixes, points));
  const rasters = new Uint8Array(count * rasterPixels);
  for (let i = 0; i < count; i++) {
    rasters.set(rasterise(firstPoints(strokes, Math.ceil((points * (i + 1)) / count))), i * rasterPixels);
  }
  const probabilities = await net.predict(rasters, count);
  const prefixes: Prefix[] = Array.from({ length: count }, (_, i) => ({
    share: points > 0 ? Math.ceil((points * (i + 1)) / count) / points : 1,
    probabilities: tenOf(probabilities, i),
  }));
  return { ...rest, probabilities: tenOf(probabilities, count - 1), prefixes };
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
