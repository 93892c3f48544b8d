import type { Page } from '../models/page-model.ts';
import { createRoundApi } from './round-api.ts';
import { startTrainer } from './start-worker.ts';
import { createTrainerModel, type TrainerModel } from './trainer-model.ts';

const trainers = new WeakMap<Page, TrainerModel>();

/** The page's only trainer. It keeps running when the person leaves the Lab, and ends with the page. */
export function trainerOf(page: Page): TrainerModel {
  const existing = trainers.get(page);
  if (existing !== undefined) return existing;
  const trainer = createTrainerModel({
    startTrainer,
    round: createRoundApi((path, init) => fetch(path, init), page.room.name.peek()),
    champion: () => page.room.model.peek()?.version,
    wait: page.wait,
    now: () => performance.now(),
    random: page.random,
  });
  addEventListener('pagehide', trainer.leave);
  trainers.set(page, trainer);
  return trainer;
}
