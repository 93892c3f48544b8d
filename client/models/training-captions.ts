import type { Model, Training, TrainingPhase } from '../../shared/training-protocol.ts';
import { verdictTexts } from '../language/verdict-texts.ts';
import { versionName } from '../language/version-name.ts';
import type { News } from './training-model.ts';

/** The phases of a job, as people read them. A browser's job does not queue; it searches for a device instead. */
export function phaseNames(where: Training['where']): { phase: TrainingPhase; name: string }[] {
  const text = verdictTexts.value.phases;
  return [
    { phase: 'queued', name: where === 'browser' ? text.finding : text.queued },
    { phase: 'measuring', name: text.measuring },
    { phase: 'training', name: text.training },
    { phase: 'judging', name: text.judging },
  ];
}

/** One line for every page of the server. */
export function learningCaption({ phase, step, steps }: Training): string {
  const text = verdictTexts.value.phases;
  switch (phase) {
    case 'queued':
      return text.learningQueued;
    case 'measuring':
      return text.learningMeasuring;
    case 'training':
      return steps > 0 ? text.learningStep(step, steps) : text.learningTraining;
    default:
      return text.learningJudging;
  }
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

/** `model`: the version that reads now. */
export function newsTitle(news: News, model: Model | undefined): string {
  const text = verdictTexts.value.phases;
  const name = model !== undefined && news.version === model.version ? versionName(model.card) : undefined;
  switch (news.kind) {
    case 'promoted':
      return name === undefined ? text.learned : text.learnedVersion(name);
    case 'refused':
      return text.refused;
    case 'failed':
      return text.failed;
    case 'cancelled':
      return text.cancelled;
    case 'switched':
      return text.switched(name ?? news.version);
    default:
      return news satisfies never;
  }
}
