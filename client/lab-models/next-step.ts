import type { TrainingState } from '../../shared/http-api.ts';
import type { Training } from '../../shared/training-protocol.ts';

export type NextStep = 'draw' | 'teach' | 'wait' | 'look' | 'answer_more' | 'again';

interface Now {
  training: Training | undefined;
  state: Pick<TrainingState, 'untrained' | 'labelled'> | undefined;
}

/** The next step of a person who teaches. */
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
