import { decodeWeights, encodeWeights, type Weights, WeightsError } from '../../shared/weights.ts';
import { isLearned } from '../model/learned.ts';
import { normsOf, updateOf } from '../model/weight-update.ts';
import { benignDefaults } from './honest-norms.ts';

export const uploadLimits = {
  // An update so many times as long as honest ones is no training but another net: refused, where clipping would make
  // something harmless of it that still had to be judged. Half-hearted attacks come to two or three times.
  timesHonest: 8,
  // A browser's graphics card may keep numbers to 10 bits; nobody changes batch-norm statistics on purpose.
  statistics: 0.01, // share of the tensor's length
} as const;

export const uploadReasons = [
  'size',
  'format',
  'not_finite',
  'shapes',
  'variance',
  'statistics',
  'magnitude',
] as const;
export type UploadReason = (typeof uploadReasons)[number];

export type CheckedUpload =
  | { ok: true; weights: Weights }
  | { ok: false; reason: UploadReason; message: string };

/**
 * What needs no look at any drawing, cheapest first: a millisecond or two. The weights given back have the base's
 * batch-norm statistics to the bit.
 */
export function checkUpload(bytes: Uint8Array, base: Weights): CheckedUpload {
  const expected = encodeWeights(base).length;
  if (bytes.length !== expected)
    return refuse('size', `Weights of this model have ${expected} bytes, found ${bytes.length}.`);
  let weights: Weights;
  try {
    weights = decodeWeights(bytes);
  } catch (error) {
    if (!(error instanceof WeightsError)) throw error;
    return refuse(hasAllNumbers(bytes, base) ? 'format' : 'not_finite', error.message);
  }
  const [shapes, found] = [shapesOf(base), shapesOf(weights)];
  if (found !== shapes) return refuse('shapes', `This model has the tensors ${shapes}, found ${found}.`);
  return refusedStatistics(weights, base) ?? refusedSize(weights, base) ?? accept(weights, base);
}

function refusedStatistics(weights: Weights, base: Weights): CheckedUpload | undefined {
  for (const [name, { data }] of Object.entries(weights)) {
    if (isLearned(name)) continue;
    const least = data.reduce((a, b) => Math.min(a, b), Infinity);
    if (name.startsWith('variance') && least < 0)
      return refuse('variance', `Tensor ${name}: a variance is at least 0, found ${least}.`);
    const from = base[name]?.data ?? data;
    const moved = Math.hypot(...data.map((value, i) => value - from[i]));
    if (moved > uploadLimits.statistics * Math.hypot(...from))
      return refuse('statistics', `Tensor ${name}: batch-norm statistics stay as they are, these moved.`);
  }
  return undefined;
}

function refusedSize(weights: Weights, base: Weights): CheckedUpload | undefined {
  const { total, tensors } = normsOf(updateOf(base, weights), base);
  const found: Readonly<Record<string, number>> = { ...tensors, 'all tensors': total };
  const usual: Readonly<Record<string, number>> = {
    ...benignDefaults.tensors,
    'all tensors': benignDefaults.total,
  };
  for (const [what, norm] of Object.entries(found)) {
    if (norm <= uploadLimits.timesHonest * (usual[what] ?? 0)) continue;
    const message = `Training changes ${what} by up to ${percent(usual[what] ?? 0)}, this upload by ${percent(norm)}.`;
    return refuse('magnitude', message);
  }
  return undefined;
}

const accept = (weights: Weights, base: Weights): CheckedUpload => ({
  ok: true,
  weights: Object.fromEntries(
    Object.entries(weights).map(([name, tensor]) => [
      name,
      isLearned(name) ? tensor : (base[name] ?? tensor),
    ]),
  ),
});

/** The data is the bytes' end, whatever stands before it. */
function hasAllNumbers(bytes: Uint8Array, base: Weights): boolean {
  const elements = Object.values(base).reduce((sum, { data }) => sum + data.length, 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.length - 4 * elements; at < bytes.length; at += 4) {
    if (!Number.isFinite(view.getFloat32(at, true))) return false;
  }
  return true;
}

const shapesOf = (weights: Weights) =>
  JSON.stringify(Object.entries(weights).map(([name, { shape }]) => [name, shape]));
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const refuse = (reason: UploadReason, message: string): CheckedUpload => ({ ok: false, reason, message });
