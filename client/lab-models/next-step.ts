import type { TrainingState } from '../../shared/http-api.ts';
import type { Training } from '../../shared/protocol.ts';

export type NextStep = 'draw' | 'teach' | 'wait' | 'look' | 'answer_more' | 'again';

interface Now {
  training: Training | undefined;
  state: Pick<TrainingState, 'untrained' | 'labelled'> | undefined;
}

/** What a person who teaches does next. */
export function nextStep({ training, state }: Now): NextStep | undefined {
  if (state === undefined) return undefined;
  const { untrained, labelled } = state;
  const phase = training?.phase;
  switch (phase) {
    case 'queued':
    case 'measuring':
    case 'training':
    case 'judging':
      return 'wait';
    case 'refused':
      return 'answer_more';
    case 'failed':
    case 'cancelled':
      return untrained > 0 ? 'again' : 'draw';
    case 'promoted':
      return untrained > 0 ? 'teach' : 'look';
    case undefined:
      if (untrained > 0) return 'teach';
      return labelled.some(count => count > 0) ? 'look' : 'draw';
    default:
      return phase satisfies never;
  }
}

export const nextStepTexts: Record<NextStep, string> = {
  draw: 'What to do next: draw, and say which digit it is. Nine or ten drawings of one kind make a good lesson.',
  teach: 'What to do next: press “Teach it what you said”.',
  wait: 'It is learning. Watch the curve; then it takes an exam.',
  look: 'What to do next: draw one more. Is it sure now? If it is not, tap what it is.',
  answer_more:
    'What to do next: draw a few more of the digits that it gets wrong, best by other people too, and teach again. What you said is kept.',
  again: 'What to do next: teach again. What you said is kept.',
};
