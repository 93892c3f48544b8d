import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { decodeWeights, encodeWeights, type Weights } from '../../../shared/weights.ts';
import { balanced } from '../../../training/dataset/labelled-samples.ts';
import { readMnist } from '../../../training/dataset/mnist.ts';
import { classroom } from '../../../training/dataset/synthetic-class.ts';
import { startWasm } from '../../../training/engine/start-wasm.ts';
import { wasmPath } from '../../../training/engine/wasm-path.ts';
import { distance } from '../../../training/gate/robust-average.ts';
import { between, type Norms, normsOf, updateOf } from '../../../training/model/weight-update.ts';
import { forgeries } from '../../../training/red-team/forged-uploads.ts';
import { gently, honestly, plotted, trainedKinds } from '../../../training/red-team/trained-attacks.ts';
import { type Court, createCourt } from '../quality/evaluation-harness.ts';
import { numberOption } from '../system/options.ts';
import { percentiles } from '../system/percentiles.ts';
import { say } from '../system/progress.ts';

export const hostileUsage = 'hostile [--honest 20] [--seed 1] [--steps 100] [--walk 4]';

/** MNIST digits of a training pack. */
const packed = 5_000;
/** Drawings of each of an honest room's people: a few corrections, or a lesson. */
const sizes = [10, 20, 10, 40];
/** What a slow walker mixes into honest work: as much as the gate lets pass. */
const malices = [1, 0.5, 0.25, 0.125];

/** The red team's uploads and honest ones through check, clipping and gate: who is promoted, and how long deciding takes. */
export async function hostile(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      honest: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      steps: { type: 'string', default: '100' },
      walk: { type: 'string', default: '4' },
    },
  });
  const honest = numberOption('honest', values.honest, { min: 0, max: 1000, whole: true });
  const seed = numberOption('seed', values.seed, { min: 0, max: 1_000_000, whole: true });
  const steps = numberOption('steps', values.steps, { min: 1, max: 1000, whole: true });
  const walk = numberOption('walk', values.walk, { min: 0, max: 100, whole: true });

  await startWasm(wasmPath);
  const mnist = await readMnist();
  const base = decodeWeights(await readFile(new URL('../../../models/base/weights.bin', import.meta.url)));
  const replay = balanced(mnist.train, { count: packed, seed });
  const room = (people: number, { drawings, number }: { drawings: number; number: number }) =>
    classroom({ people, drawings, seed: seed * 1_000 + number }).flat();
  const court = createCourt({
    base,
    mnist: mnist.gate,
    strangers: room(12, { drawings: 20, number: 900 }),
    corrections: room(5, { drawings: 20, number: 901 }),
  });
  const means: Means = { base, replay, steps, seed };

  const refusals: string[] = [];
  const norms: Norms[] = [];
  for (let i = 0; i < honest; i++) {
    const lessons = room(2 + (i % 4), { drawings: sizes[Math.floor(i / 2) % sizes.length] ?? 10, number: i });
    const weights = await honestly({ ...means, lessons, seed: seed + i });
    norms.push(normsOf(updateOf(base, weights), base));
    const { refused, message } = await court.decide(encodeWeights(weights), { champion: base, lessons });
    say(`honest ${i + 1} of ${honest}, ${lessons.length} lessons: ${refused ?? 'promoted'}. ${message}`);
    if (refused !== undefined) refusals.push(`${refused}. ${message}`);
  }

  const lessons = room(4, { drawings: 20, number: 800 });
  const fates: Record<string, Fate> = {};
  const send = async (kind: string, bytes: Uint8Array) => {
    const { refused, message, champion } = await court.decide(bytes, { champion: base, lessons });
    say(`${kind}: ${refused ?? 'promoted'}. ${message}`);
    fates[kind] =
      champion === undefined ? { refused: refused ?? '' } : { harm: await court.harmOf(champion) };
  };
  for (const [kind, bytes] of Object.entries(forgeries(base, seed))) await send(kind, bytes);
  for (const kind of trainedKinds) {
    const weights = await plotted(kind, { ...means, lessons });
    await send(kind, encodeWeights(weights));
    if (kind !== 'class_flipped') continue;
    const good = await honestly({ ...means, lessons });
    const gentle = await gently(good, { other: weights, digits: mnist.gate, lost: 8 });
    await send('class_flipped_gently', encodeWeights(gentle));
  }
  for (const kind of walk > 0 ? (['backdoor_stealthy', 'flip_hidden'] as const) : []) {
    const lessonsOf = (step: number) => room(4, { drawings: 10, number: 810 + step });
    fates[`slow_walk_${kind}`] = await slowWalk(kind, { court, means, walk, lessonsOf });
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
      court.decisions.map(decision => decision[of]),
      [0.5, 0.95],
    );
  const [[decisionP50Ms, decisionP95Ms], [, decisionCpuP95Ms]] = [inMs('wallMs'), inMs('cpuMs')];
  return {
    kinds: Object.keys(fates).length,
    promoted: Object.keys(harmful).length,
    honestAcceptedShare: honest > 0 ? 1 - refusals.length / honest : null,
    decisionP95Ms,
    decisionP50Ms,
    decisionCpuP95Ms,
    decisions: court.decisions.length,
    honest,
    honestRefusals: refusals,
    refusedBy: of(({ refused }) => refused),
    harmful,
    withoutEffect: of(({ harm }) => (harm?.isNone ? harm : undefined)),
    honestNorms: largestOf(norms),
  };
}

type Means = { base: Weights; replay: Parameters<typeof honestly>[0]['replay']; steps: number; seed: number };
/** Refused, or promoted with what that did. */
type Fate = { refused?: string; harm?: Awaited<ReturnType<Court['harmOf']>> & Record<string, unknown> };
type Walk = {
  court: Court;
  means: Means;
  walk: number;
  lessonsOf(step: number): ReturnType<typeof classroom>[number];
};

/** The worst walker there is: it asks the gate itself how much malice may be mixed into honest work, step by step. */
async function slowWalk(
  kind: 'backdoor_stealthy' | 'flip_hidden',
  { court, means, walk, lessonsOf }: Walk,
): Promise<Fate> {
  let champion = means.base;
  const taken: number[] = [];
  for (let step = 0; step < walk; step++) {
    const lessons = lessonsOf(step);
    const plot = { ...means, base: champion, lessons, seed: means.seed + step };
    const [good, bad] = [await honestly(plot), await plotted(kind, plot)];
    let passed = 0;
    for (const malice of malices) {
      const mixed = encodeWeights(between(good, { to: bad, share: malice }));
      const { champion: next } = await court.decide(mixed, { champion, lessons });
      if (next === undefined) continue;
      champion = next;
      passed = malice;
      break;
    }
    taken.push(passed);
    say(`slow walk ${kind}, step ${step + 1} of ${walk}: ${passed} of its malice passed`);
  }
  if (champion === means.base) return { refused: 'gate: every step' };
  return { harm: { ...(await court.harmOf(champion)), taken, distance: distance(champion, means.base) } };
}

function largestOf(all: readonly Norms[]): Norms {
  const names = Object.keys(all[0]?.tensors ?? {});
  const largest = (normOf: (norms: Norms) => number) => Math.max(0, ...all.map(normOf));
  return {
    total: largest(({ total }) => total),
    tensors: Object.fromEntries(names.map(name => [name, largest(({ tensors }) => tensors[name] ?? 0)])),
  };
}
