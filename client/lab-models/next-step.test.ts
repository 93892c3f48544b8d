import { expect, test } from 'vitest';
import type { Training, TrainingPhase } from '../../shared/training-protocol.ts';
import { nextStep } from './next-step.ts';

const job = (phase: TrainingPhase): Training => {
  return { job: 'a', where: 'server', phase, step: 0, steps: 0, loss: null, accuracy: null };
};
const none = Array<number>(10).fill(0);
const some = none.with(7, 9);

test.each([
  ['nobody has labelled anything', undefined, 0, none, 'draw'],
  ['labels wait', undefined, 9, some, 'teach'],
  ['all labels are learned', undefined, 0, some, 'look'],
  ['a job runs', 'training', 0, some, 'wait'],
  ['it is evaluated', 'judging', 0, some, 'wait'],
  ['a job was promoted', 'promoted', 0, some, 'look'],
  ['new labels came after a job', 'promoted', 2, some, 'teach'],
  ['a job was refused', 'refused', 9, some, 'answer_more'],
  ['a job failed', 'failed', 9, some, 'again'],
  ['a job without labels failed', 'failed', 0, none, 'draw'],
] as const)('when %s the Lab shows what to do next', (_when, phase, untrained, labelled, step) => {
  const training = phase === undefined ? undefined : job(phase);
  expect(nextStep({ training, state: { untrained, labelled: [...labelled] } })).toBe(step);
});
