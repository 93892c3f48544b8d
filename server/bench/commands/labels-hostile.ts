import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { decodeWeights } from '../../../shared/weights.ts';
import { UsageError } from '../../../training/commands/run-command.ts';
import { balancedDigits } from '../../../training/dataset/labelled-samples.ts';
import { readMnist } from '../../../training/dataset/mnist.ts';
import { readPlainWeights } from '../../../training/dataset/shipped-models.ts';
import { readStrokesFile } from '../../../training/dataset/strokes-file.ts';
import { drawSyntheticClass } from '../../../training/dataset/synthetic-class.ts';
import { startWasm } from '../../../training/engine/start-wasm.ts';
import { wasmPath } from '../../../training/engine/wasm-path.ts';
import { type Drawn, drawingsOf } from '../people/population.ts';
import { makeDrawings } from '../people/synthetic-people.ts';
import { benignBatches, labelAttacks, markedWithTick, sampleOf } from '../quality/hostile-labels.ts';
import { createLabelHarness } from '../quality/label-harness.ts';
import { numberOption } from '../system/options.ts';
import { printLine } from '../system/progress.ts';

export const usage =
  'labels-hostile [--each 3] [--honest 20] [--seed 1] [--only "KIND;KIND…"] [--strokes FILE.jsonl] [--quick]';

const effect = 1; // points that a digit of other people may lose
const replayed = 5_000;
const victimPeople = 60; // 300 drawings of each digit: a third of a point each
const victimsSeed = 77_000;
const quickSteps = { minSteps: 60, stepsPerSample: 0.3 }; // the fewest that learn
const quickBenign = 4;
const quickVictims = 20; // people
const quickMnist = 2_000; // digits of the hold-out
const quickWalk = 3; // small steps

type KindFigures = { attacks: number; promoted: number; withEffect: number; worstDrop: number };

/** Wrong labels by any number of sessions against the house's gate, and benign labels that must pass it. */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      each: { type: 'string', default: '3' },
      honest: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      strokes: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const { quick } = values;
  const only = values.only?.split(';');
  const seed = numberOption('seed', values.seed, { min: 1, max: 1_000_000, whole: true });
  const each = quick ? 1 : numberOption('each', values.each, { min: 0, max: 100, whole: true });
  const asked = numberOption('honest', values.honest, { min: 0, max: 1000, whole: true });
  const benign = quick ? Math.min(quickBenign, asked) : asked;

  await startWasm(wasmPath);
  const mnist = await readMnist();
  const others: Drawn[] = values.strokes
    ? drawingsOf(await readStrokesFile(values.strokes))
    : makeDrawings({ people: quick ? quickVictims : victimPeople, seed: victimsSeed });
  const harness = createLabelHarness({
    base: decodeWeights(await readFile(new URL('../../../models/base/weights.bin', import.meta.url))),
    plain: await readPlainWeights(),
    replay: balancedDigits(mnist.train, { count: replayed, seed }),
    mnist: quick ? balancedDigits(mnist.gate, { count: quickMnist, seed }) : mnist.gate,
    victims: others.map(sampleOf),
    marked: others.map(markedWithTick).map(sampleOf),
    ...(quick && { options: quickSteps }),
  });
  const benignHeldOut = drawSyntheticClass({ people: 12, drawings: 20, seed: seed * 1_000 + 900 }).flat();
  const scene = { seed, benignHeldOut };

  const kinds: Record<string, KindFigures> = {};
  for await (const attack of labelAttacks({
    ...scene,
    read: harness.read,
    count: each,
    ...(only && { only }),
    ...(quick && { walk: quickWalk }),
  })) {
    const { champion, promoted, setAside, verdicts } = await harness.teach(attack.batches, seed);
    const harm = await harness.harmOf(champion, attack);
    const figures = kinds[attack.kind] ?? { attacks: 0, promoted: 0, withEffect: 0, worstDrop: 0 };
    kinds[attack.kind] = {
      attacks: figures.attacks + 1,
      promoted: figures.promoted + Number(promoted > 0),
      withEffect: figures.withEffect + Number(harm.worst > effect),
      worstDrop: Math.max(figures.worstDrop, harm.worst),
    };
    printLine(
      `${attack.name}: ${promoted} of ${attack.batches.length} candidates promoted, ${setAside} labels set aside; others' ${harm.digit}s ${harm.worst.toFixed(2)} points lower, all ${harm.mean.toFixed(2)}. ${verdicts.at(-1)}`,
    );
  }

  const unknown = only?.filter(name => !(name in kinds)) ?? [];
  if (each > 0 && unknown.length > 0)
    throw new UsageError(`There is no kind of attack called ${unknown.join(' or ')}.`);

  const benignRefusals: string[] = [];
  let benignWorstDrop = 0;
  for (const [i, batch] of [...benignBatches({ ...scene, count: benign })].entries()) {
    const { champion, promoted, setAside, verdicts } = await harness.teach([batch], seed + i);
    const harm = await harness.harmOf(champion, { isMarked: false });
    benignWorstDrop = Math.max(benignWorstDrop, harm.worst);
    printLine(
      `benign ${i + 1} of ${benign}, ${batch.samples.length} labels, ${setAside} set aside: ${promoted > 0 ? 'promoted' : 'refused'}; others' ${harm.digit}s ${harm.worst.toFixed(2)} points lower. ${verdicts[0]}`,
    );
    if (promoted === 0) benignRefusals.push(verdicts[0]);
  }

  const all = Object.values(kinds);
  const sum = (of: (figures: KindFigures) => number) =>
    all.reduce((total, figures) => total + of(figures), 0);
  return {
    attacks: sum(({ attacks }) => attacks),
    promotedWithEffect: sum(({ withEffect }) => withEffect),
    worstDrop: Math.max(0, ...all.map(({ worstDrop }) => worstDrop)),
    honestAcceptedShare: benign > 0 ? 1 - benignRefusals.length / benign : null,
    honestWorstDrop: benignWorstDrop,
    honest: benign,
    honestRefusals: benignRefusals,
    victims: others.length,
    kinds,
  };
}
