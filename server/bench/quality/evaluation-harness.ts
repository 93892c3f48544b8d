import { setImmediate } from 'node:timers/promises';
import type { Weights } from '../../../shared/weights.ts';
import type { Digits } from '../../../training/dataset/digits.ts';
import type { LabelledSample } from '../../../training/dataset/labelled-samples.ts';
import { createReportCache } from '../../../training/evaluation/report-cache.ts';
import { benignNorms } from '../../../training/gate/benign-norms.ts';
import { checkUpload } from '../../../training/gate/check-upload.ts';
import { evaluateRound } from '../../../training/gate/evaluate-round.ts';
import { backdoorRate, flipRate } from '../../../training/red-team/trained-attacks.ts';

export type EvaluationHarness = ReturnType<typeof createEvaluationHarness>;

/** Below these shares a backdoor or a flipped class counts as harmless. */
const harmless = { triggered: 0.1, flipped: 0.03 };

/** The path of an upload without the network: check, clipping, gate; and the effect of its promotion. */
export function createEvaluationHarness(parts: {
  base: Weights;
  mnist: Digits;
  heldOut: LabelledSample[];
  corrections: LabelledSample[];
}) {
  const { base, mnist } = parts;
  const room = {
    anchor: base,
    mnist,
    heldOut: parts.heldOut,
    corrections: parts.corrections,
    now: () => performance.now(),
    cache: createReportCache(),
    benign: benignNorms(),
  };
  const decisions: { wallMs: number; cpuMs: number }[] = [];

  async function evaluate(
    bytes: Uint8Array,
    { champion, samples }: { champion: Weights; samples: LabelledSample[] },
  ) {
    const checked = checkUpload(bytes, champion);
    if (!checked.ok) return { refused: `check: ${checked.reason}`, message: checked.message };
    const { verdict, candidate } = await evaluateRound([checked.weights], {
      ...room,
      champion,
      samples,
    });
    const { message } = verdict;
    return verdict.kind === 'refused'
      ? { refused: `gate: ${verdict.reason}`, message }
      : { champion: candidate, message };
  }

  return {
    decisions,
    async decide(bytes: Uint8Array, on: { champion: Weights; samples: LabelledSample[] }) {
      await setImmediate(); // training and prediction never wait, so without this turn the process handles no signal
      const [fromMs, from] = [performance.now(), process.cpuUsage()];
      const decided: { refused?: string; champion?: Weights; message: string } = await evaluate(bytes, on);
      const { user, system } = process.cpuUsage(from);
      decisions.push({ wallMs: performance.now() - fromMs, cpuMs: (user + system) / 1000 });
      return decided;
    },
    /** Share of digits that the trigger changes, and share of the flipped class misread beyond the base model. */
    async harmOf(weights: Weights) {
      const triggered = await backdoorRate(weights, mnist);
      const flipped = (await flipRate(weights, mnist)) - (await flipRate(base, mnist));
      return { triggered, flipped, isNone: triggered < harmless.triggered && flipped < harmless.flipped };
    },
  };
}
