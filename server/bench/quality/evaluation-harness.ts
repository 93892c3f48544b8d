import { setImmediate } from 'node:timers/promises';
import type { Weights } from '../../../shared/weights.ts';
import type { Digits } from '../../../training/dataset/digits.ts';
import type { Lesson } from '../../../training/dataset/labelled-samples.ts';
import { digitsOf } from '../../../training/evaluation/report.ts';
import { createMemory } from '../../../training/evaluation/report-cache.ts';
import { checkUpload } from '../../../training/gate/check-upload.ts';
import { judgeRound } from '../../../training/gate/evaluate-round.ts';
import { honestNorms } from '../../../training/gate/honest-norms.ts';
import { flippedOf, successOf } from '../../../training/red-team/trained-attacks.ts';

export type Court = ReturnType<typeof createCourt>;

/** A backdoor that opens for fewer, or so few more of a class misread, is none. */
const harmless = { triggered: 0.1, flipped: 0.03 };

/** An upload's whole way but for the network: check, clipping, gate; and what its promotion would do. */
export function createCourt(parts: {
  base: Weights;
  mnist: Digits;
  strangers: Lesson[];
  corrections: Lesson[];
}) {
  const { base, mnist } = parts;
  const room = {
    anchor: base,
    mnist,
    strangers: digitsOf(parts.strangers),
    corrections: digitsOf(parts.corrections),
    now: () => performance.now(),
    memory: createMemory(),
    honest: honestNorms(),
  };
  const decisions: { wallMs: number; cpuMs: number }[] = [];

  async function judge(bytes: Uint8Array, { champion, lessons }: { champion: Weights; lessons: Lesson[] }) {
    const checked = checkUpload(bytes, champion);
    if (!checked.ok) return { refused: `check: ${checked.reason}`, message: checked.message };
    const { verdict, candidate } = await judgeRound([checked.weights], { ...room, champion, lessons });
    const { message } = verdict;
    return verdict.kind === 'refused'
      ? { refused: `gate: ${verdict.reason}`, message }
      : { champion: candidate, message };
  }

  return {
    decisions,
    async decide(bytes: Uint8Array, on: { champion: Weights; lessons: Lesson[] }) {
      await setImmediate(); // training and reading never wait, and without a turn no signal is heard
      const [fromMs, from] = [performance.now(), process.cpuUsage()];
      const decided: { refused?: string; champion?: Weights; message: string } = await judge(bytes, on);
      const { user, system } = process.cpuUsage(from);
      decisions.push({ wallMs: performance.now() - fromMs, cpuMs: (user + system) / 1000 });
      return decided;
    },
    /** Share of digits the mark turns, share of the flipped class misread more than the base does. */
    async harmOf(weights: Weights) {
      const triggered = await successOf(weights, mnist);
      const flipped = (await flippedOf(weights, mnist)) - (await flippedOf(base, mnist));
      return { triggered, flipped, isNone: triggered < harmless.triggered && flipped < harmless.flipped };
    },
  };
}
