import type { Training, TrainingPhase } from '../../shared/protocol.ts';
import type { News } from './training-model.ts';

/** The phases of a server's job, as people read them. */
export const phaseNames: readonly { phase: TrainingPhase; name: string }[] = [
  { phase: 'queued', name: 'Waiting for its turn' },
  { phase: 'measuring', name: 'Measuring what it knows' },
  { phase: 'training', name: 'Practising' },
  { phase: 'judging', name: 'Taking the exam' },
];

/** A browser's job does not queue; it looks for a device instead. */
export const browserPhaseNames = phaseNames.map(each =>
  each.phase === 'queued' ? { ...each, name: 'Finding a device' } : each,
);

/** One line for every page of the server. */
export function learningCaption({ phase, step, steps }: Training): string {
  if (phase === 'training' && steps > 0) return `Learning from the room … ${step}/${steps}`;
  const current = phaseNames.find(each => each.phase === phase);
  return `Learning from the room: ${current?.name.toLowerCase() ?? phase} …`;
}

/** The share of the job that is done, 0…1. Training takes most of the time. */
export function shareDone({ phase, step, steps }: Training): number {
  switch (phase) {
    case 'queued':
      return 0;
    case 'measuring':
      return 0.05;
    case 'training':
      return 0.1 + 0.8 * (steps > 0 ? step / steps : 0);
    case 'judging':
      return 0.92;
    default:
      return 1;
  }
}

export function newsTitle(news: News): string {
  switch (news.kind) {
    case 'promoted':
      return news.version === undefined ? 'It learned.' : `It learned: ${news.version} answers from now on.`;
    case 'refused':
      return 'Not this time: it stays as it was.';
    case 'failed':
      return 'The lesson broke off.';
    case 'cancelled':
      return 'The lesson was stopped.';
    case 'switched':
      return `${news.version} answers from now on.`;
    default:
      return news satisfies never;
  }
}
