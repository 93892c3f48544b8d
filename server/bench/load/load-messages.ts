import type { Ink } from '../people/ink.ts';
import type { FrameReport } from './frame-tally.ts';
import type { GuessReport } from './guess-tally.ts';
import type { Pace } from './simulated-drawer.ts';

/** Messages between the bench and a load process. */
export type ToLoad =
  | { type: 'start'; plan: LoadPlan }
  /** Starts counting from zero. */
  | { type: 'measure' }
  /** Requests the counts so far. */
  | { type: 'lap' }
  | { type: 'finish' };

export interface LoadPlan {
  url: string;
  /** The room of each drawer. */
  drawers: readonly string[];
  viewers: readonly string[];
  /** People with one open drawing who do nothing. */
  resting: readonly string[];
  /** Drawers count received frames like viewers. */
  drawersWatch: boolean;
  /** Drawers send at once and ignore the server's pace. */
  deaf: boolean;
  ink: readonly Ink[];
  pace: Pace;
  seed: number;
}

export type LoadReport = GuessReport & FrameReport & { disconnects: number };
