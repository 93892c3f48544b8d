import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { decodeWeights, encodeWeights, type Weights } from '../../../shared/weights.ts';
import { balancedDigits } from '../../../training/dataset/labelled-samples.ts';
import { readMnist } from '../../../training/dataset/mnist.ts';
import { drawSyntheticClass } from '../../../training/dataset/synthetic-class.ts';
import { startWasm } from '../../../training/engine/start-wasm.ts';
import { wasmPath } from '../../../training/engine/wasm-path.ts';
import { distance } from '../../../training/gate/robust-average.ts';
import { between, type Norms, normsOf, updateOf } from '../../../training/model/weight-update.ts';
import { forgedUploads } from '../../../training/red-team/forged-uploads.ts';
import {
  blendTowardsHarm,
  trainAttack,
  trainBenignUpload,
  trainedKinds,
} from '../../../training/red-team/trained-attacks.ts';
import { createEvaluationHarness, type EvaluationHarness } from '../quality/evaluation-harness.ts';
import { numberOption } from '../system/options.ts';
import { percentiles } from '../system/percentiles.ts';
import { printLine } from '../system/progress.ts';

export const usage = 'hostile [--honest 20] [--seed 1] [--steps 100] [--walk 4]';

/** MNIST digits of a training pack. */
const packed = 5_000;
/** Number of drawings of each person of a benign room: a few corrections, or a whole training set. */
const sizes = [10, 20, 10, 40];
/** Shares of malice that a slow attacker mixes into benign work: the largest that passes the gate. */
const malices = [1, 0.5, 0.25, 0.125];

/**
 * Passes the red team's and benign uploads through check, clipping and gate; reports the promoted ones and the
 * duration of a verdict.
 */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      honest: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      steps: { type: 'string', default: '100' },
      walk: { type: 'string', default: '4' },
    },
  });
  const benign = numberOption('honest', values.honest, { min: 0, max: 1000, whole: true });
  const seed = numberOption('seed', values.seed, { min: 0, max: 1_000_000, whole: true });
  const steps = numberOption('steps', values.steps, { min: 1, max: 1000, whole: true });
  const walk = numberOption('walk', values.walk, { min: 0, max: 100, whole: true });

  await startWasm(wasmPath);
  const mnist = await readMnist();
  const base = decodeWeights(await readFile(new URL('../../../models/base/weights.bin', import.meta.url)));
  const replay = balancedDigits(mnist.train, { count: packed, seed });
  const room = (people: number, { drawings, number }: { drawings: number; number: number }) =>
    drawSyntheticClass({ people, drawings, seed: seed * 1_000 + number }).flat();
  const harness = createEvaluationHarness({
    base,
    mnist: mnist.gate,
    heldOut: room(12, { drawings: 20, number: 900 }),
    corrections: room(5, { drawings: 20, number: 901 }),
  });
  const means: Means = { base, replay, steps, seed };

  const refusals: string[] = [];
  const norms: Norms[] = [];
  for (let i = 0; i < benign; i++) {
    const samples = room(2 + (i % 4), { drawings: sizes[Math.floor(i / 2) % sizes.length] ?? 10, number: i });
    const weights = await trainBenignUpload({ ...means, samples, seed: seed + i });
    norms.push(normsOf(updateOf(base, weights), base));
    const { refused, message } = await harness.decide(encodeWeights(weights), { champion: base, samples });
    printLine(
      `benign ${i + 1} of ${benign}, ${samples.length} samples: ${refused ?? 'promoted'}. ${message}`,
    );
    if (refused !== undefined) refusals.push(`${refused}. ${message}`);
  }

  const samples = room(4, { drawings: 20, number: 800 });
  const fates: Record<string, Fate> = {};
  const send = async (kind: string, bytes: Uint8Array) => {
    const { refused, message, champion } = await harness.decide(bytes, { champion: base, samples });
    printLine(`${kind}: ${refused ?? 'promoted'}. ${message}`);
    fates[kind] =
      champion === undefined ? { refused: refused ?? '' } : { harm: await harness.harmOf(champion) };
  };
  for (const [kind, bytes] of Object.entries(forgedUploads(base, seed))) await send(kind, bytes);
  for (const kind of trainedKinds) {
    const weights = await trainAttack(kind, { ...means, samples });
    await send(kind, encodeWeights(weights));
    if (kind !== 'class_flipped') continue;
    const good = await trainBenignUpload({ ...means, samples });
    const gentle = await blendTowardsHarm(good, { other: weights, digits: mnist.gate, lost: 8 });
    await send('class_flipped_gently', encodeWeights(gentle));
  }
  for (const kind of walk > 0 ? (['backdoor_stealthy', 'flip_hidden'] as const) : []) {
    const samplesOf = (step: number) => room(4, { drawings: 10, number: 810 + step });
    fates[`slow_walk_${kind}`] = await slowWalk(kind, { harness, means, walk, samplesOf });
  }

  const of = <T>(pick: (fate: Fate) => T | undefined) =>
    Object.fromEntries(
      Object.entries(fates).flatMap(([kind, fate]) => {
        const picked = pick(fate);
        return picked === undefined ? [] : [[kind, picked]];
      }),
    );
  const harmful = of(({ harm }) => (harm !== undefined && !harm.isNone ? harm : undefined));
  const inMs = (of: 'wallMs' | 'cpuMs') =>
    percentiles(
      harness.decisions.map(decision => decision[of]),
      [0.5, 0.95],
    );
  const [[decisionP50Ms, decisionP95Ms], [, decisionCpuP95Ms]] = [inMs('wallMs'), inMs('cpuMs')];
  return {
    kinds: Object.keys(fates).length,
    promoted: Object.keys(harmful).length,
    honestAcceptedShare: benign > 0 ? 1 - refusals.length / benign : null,
    decisionP95Ms,
    decisionP50Ms,
    decisionCpuP95Ms,
    decisions: harness.decisions.length,
    honest: benign,
    honestRefusals: refusals,
    refusedBy: of(({ refused }) => refused),
    harmful,
    withoutEffect: of(({ harm }) => (harm?.isNone ? harm : undefined)),
    honestNorms: largestOf(norms),
  };
}

type Means = {
  base: Weights;
  replay: Parameters<typeof trainBenignUpload>[0]['replay'];
  steps: number;
  seed: number;
};
/** Refused, or promoted with its effect. */
type Fate = {
  refused?: string;
  harm?: Awaited<ReturnType<EvaluationHarness['harmOf']>> & Record<string, unknown>;
};
type Walk = {
  harness: EvaluationHarness;
  means: Means;
  walk: number;
  samplesOf(step: number): ReturnType<typeof drawSyntheticClass>[number];
};

/** The strongest slow attack: at every step it queries the gate itself for the largest share of malice that passes. */
async function slowWalk(
  kind: 'backdoor_stealthy' | 'flip_hidden',
  { harness, means, walk, samplesOf }: Walk,
): Promise<Fate> {
  let champion = means.base;
  const taken: number[] = [];
  for (let step = 0; step < walk; step++) {
    const samples = samplesOf(step);
    const attack = { ...means, base: champion, samples, seed: means.seed + step };
    const [good, bad] = [await trainBenignUpload(attack), await trainAttack(kind, attack)];
    let passed = 0;
    for (const malice of malices) {
      const mixed = encodeWeights(between(good, { to: bad, share: malice }));
      const { champion: next } = await harness.decide(mixed, { champion, samples });
      if (next === undefined) continue;
      champion = next;
      passed = malice;
      break;
    }
    taken.push(passed);
    printLine(`slow walk ${kind}, step ${step + 1} of ${walk}: ${passed} of its malice passed`);
  }
  if (champion === means.base) return { refused: 'gate: every step' };
  return { harm: { ...(await harness.harmOf(champion)), taken, distance: distance(champion, means.base) } };
}

function largestOf(all: readonly Norms[]): Norms {
  const names = Object.keys(all[0]?.tensors ?? {});
  const largest = (normOf: (norms: Norms) => number) => Math.max(0, ...all.map(normOf));
  return {
    total: largest(({ total }) => total),
    tensors: Object.fromEntries(names.map(name => [name, largest(({ tensors }) => tensors[name] ?? 0)])),
  };
}
