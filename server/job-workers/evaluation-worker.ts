import { decodeWeights, encodeWeights } from '../../shared/weights.ts';
import { type Mnist, readMnist } from '../../training/dataset/mnist.ts';
import { readOwnPens } from '../../training/dataset/own-pens.ts';
import { readPlainWeights } from '../../training/dataset/shipped-models.ts';
import { startEngine } from '../../training/engine/engine.ts';
import { fromArguments } from '../../training/engine/engine-arguments.ts';
import { createReportCache } from '../../training/evaluation/report-cache.ts';
import { benignNorms } from '../../training/gate/benign-norms.ts';
import { evaluateRound } from '../../training/gate/evaluate-round.ts';
import { createSigningClock } from '../process/signs-of-work.ts';
import type { EvaluationAssignment, FromEvaluation } from './evaluation-worker-messages.ts';
import { readFixedSets } from './fixed-sets.ts';

/** An evaluation process: clips, averages and measures uploads; it stays alive to keep its cache. */

const memory = createReportCache();
let ready: Promise<Mnist> | undefined;

/** A process that could not start would refuse every round: it ends, and the next one gets another. */
async function start(): Promise<Mnist> {
  try {
    await startEngine(fromArguments(process.argv.slice(2)));
  } catch (error) {
    process.stderr.write(`${error}\n`);
    process.exit(1);
  }
  return readMnist();
}

async function evaluate(assignment: EvaluationAssignment) {
  ready ??= start();
  const { gate: mnist } = await ready;
  const { gate, pensFile } = assignment;
  const pens = pensFile === undefined ? {} : { pens: await readOwnPens(pensFile) };
  await readFixedSets(memory, { mnist, gate, ...pens });
  const champion = decodeWeights(assignment.champion.weights);
  const { verdict, before, setAside, after, candidate } = await evaluateRound(
    assignment.uploads.map(decodeWeights),
    {
      champion,
      anchor: decodeWeights(assignment.base.weights),
      samples: assignment.samples,
      heldOut: assignment.heldOut,
      corrections: assignment.corrections,
      gate,
      ...(assignment.price !== undefined && { price: assignment.price }),
      plain: await readPlainWeights(),
      ...pens,
      mnist,
      benign: benignNorms(),
      now: createSigningClock(
        () => performance.now(),
        () => send({ type: 'alive' }),
      ),
      cache: memory,
    },
  );
  const weights = encodeWeights(candidate);
  send({
    type: 'done',
    outcome: { verdict, before, setAside, ...(after && { candidate: { weights, after } }) },
  });
}

function send(message: FromEvaluation) {
  process.send?.(message);
}

process.on('message', (assignment: EvaluationAssignment) => {
  evaluate(assignment).catch(error => {
    send({ type: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
  });
});
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => {});
