import pino from 'pino';
import { expect, test } from 'vitest';
import type { EvaluationAssignment, FromEvaluation } from '../job-workers/evaluation-worker-messages.ts';
import type { Child } from '../process/child-process.ts';
import { silentMs } from '../process/signs-of-work.ts';
import { createSchedule } from '../testing/schedule.ts';
import { createEvaluator } from './evaluator.ts';

const version = { version: 'base', weights: Uint8Array.of(1) };
const assignment: EvaluationAssignment = {
  champion: version,
  base: version,
  uploads: [],
  samples: [],
  heldOut: [],
  corrections: [],
  gate: 'house' as const,
};

function setUp() {
  const schedule = createSchedule();
  const state = { spawned: 0, send: (_message: FromEvaluation) => {} };
  const evaluator = createEvaluator({
    spawn(): Child<EvaluationAssignment, FromEvaluation> {
      state.spawned++;
      let exit = (_how: string) => {};
      return {
        send: () => {},
        onMessage(listener) {
          state.send = listener;
        },
        onExit(listener) {
          exit = listener;
        },
        kill: () => exit('SIGKILL'),
      };
    },
    log: pino({ level: 'silent' }),
    after: schedule.after,
  });
  return { schedule, state, evaluator };
}

test('[J13] an evaluation that shows signs of work is not ended for its length, one that hangs is', async () => {
  const { schedule, state, evaluator } = setUp();
  const evaluated = evaluator.evaluate(assignment);
  const failed = expect(evaluated).rejects.toThrow('The evaluation process ended (SIGKILL).');
  for (let sign = 0; sign < 20; sign++) {
    await schedule.advance(silentMs - 1);
    state.send({ type: 'alive' });
  }
  await schedule.advance(silentMs - 1);
  await schedule.advance(1);
  await failed;
  expect([state.spawned, schedule.armed()]).toEqual([1, 0]);
});

test('the next evaluation gets a process of its own, and nothing is armed after the answer', async () => {
  const { schedule, state, evaluator } = setUp();
  const first = expect(evaluator.evaluate(assignment)).rejects.toThrow('SIGKILL');
  const second = expect(evaluator.evaluate(assignment)).rejects.toThrow('no memory');
  await schedule.advance(silentMs);
  await first;
  await schedule.advance(0);
  state.send({ type: 'failed', error: new RangeError('no memory') });
  await second;
  expect([state.spawned, schedule.armed()]).toEqual([2, 0]);
});
