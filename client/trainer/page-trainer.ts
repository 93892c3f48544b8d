import type { Page } from '../models/page-model.ts';
import { createRoundApi } from './round-api.ts';
import { startTrainer } from './start-worker.ts';
import { createTrainerModel, type TrainerModel } from './trainer-model.ts';

const trainers = new WeakMap<Page, TrainerModel>();

/** The page's one trainer. It goes on while another place than the Lab is looked at, and ends with the page. */
export function trainerOf(page: Page): TrainerModel {
  const kept = trainers.get(page);
  if (kept !== undefined) return kept;
  const trainer = createTrainerModel({
    startTrainer,
    round: createRoundApi((path, init) => fetch(path, init)),
    wait: page.wait,
    now: () => performance.now(),
    random: page.random,
  });
  addEventListener('pagehide', trainer.abandon);
  trainers.set(page, trainer);
  return trainer;
}
