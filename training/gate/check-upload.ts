import { decodeWeights, encodeWeights, type Weights, WeightsError } from '../../shared/weights.ts';
import { isLearned } from '../model/learned.ts';
import { normsOf, updateOf } from '../model/weight-update.ts';
import { benignDefaults, normsAllowed } from './benign-norms.ts';
import type { GateKind } from './gate-kind.ts';

export const uploadLimits = {
  // Times the benign norms. A longer update is another net, not training. Clipping would make it harmless, but the gate
  // would still have to evaluate it. Weak attacks reach two or three times.
  maxNormFactor: 8,
  maxRoomNormFactor: 2, // times those of a room, which are longer
  // Benign uploads keep batch-norm statistics; a graphics card may round them to 10 bits.
  statistics: 0.01, // share of the tensor's L2 norm
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
 * Checks an upload without predicting, cheapest check first: a millisecond or two. The returned weights have exactly the
 * batch-norm statistics of the base.
 */
export function checkUpload(
  bytes: Uint8Array,
  base: Weights,
  { gate }: { gate: GateKind } = { gate: 'house' },
): CheckedUpload {
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
  return checkStatistics(weights, base) ?? checkMagnitude(weights, { base, gate }) ?? accept(weights, base);
}

function checkStatistics(weights: Weights, base: Weights): CheckedUpload | undefined {
  for (const [name, { data }] of Object.entries(weights)) {
    if (isLearned(name)) continue;
    const min = data.reduce((a, b) => Math.min(a, b), Infinity);
    if (name.startsWith('variance') && min < 0)
      return refuse('variance', `Tensor ${name}: a variance is at least 0, found ${min}.`);
    const from = base[name]?.data ?? data;
    const moved = Math.hypot(...data.map((value, i) => value - from[i]));
    if (moved > uploadLimits.statistics * Math.hypot(...from))
      return refuse('statistics', `Tensor ${name}: batch-norm statistics stay as they are, these moved.`);
  }
  return undefined;
}

function checkMagnitude(
  weights: Weights,
  { base, gate }: { base: Weights; gate: GateKind },
): CheckedUpload | undefined {
  const { total, tensors } = normsOf(updateOf(base, weights), base);
  const found: Readonly<Record<string, number>> = { ...tensors, 'all tensors': total };
  const allowed = normsAllowed(benignDefaults, gate);
  const factor = gate === 'room' ? uploadLimits.maxRoomNormFactor : uploadLimits.maxNormFactor;
  const usual: Readonly<Record<string, number>> = {
    ...allowed.tensors,
    'all tensors': allowed.total,
  };
  for (const [what, norm] of Object.entries(found)) {
    if (norm <= factor * (usual[what] ?? 0)) continue;
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

/** The numbers are the last bytes of the upload, after a header of any kind. */
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
