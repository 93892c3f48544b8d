import type { Ink } from '../people/ink.ts';
import type { FrameReport } from './frame-tally.ts';
import type { GuessReport } from './guess-tally.ts';
import type { Pace } from './simulated-drawer.ts';

/** What the bench and a load process say to each other. */
export type ToLoad =
  | { type: 'start'; plan: LoadPlan }
  /** Counts from here on, and forgets what was counted. */
  | { type: 'measure' }
  /** What was counted so far. */
  | { type: 'lap' }
  | { type: 'finish' };

export interface LoadPlan {
  url: string;
  /** One room's name for each person. */
  drawers: readonly string[];
  viewers: readonly string[];
  /** People who drew one digit, keep it open and do nothing. */
  resting: readonly string[];
  /** Drawers count the frames they get as viewers do. */
  drawersWatch: boolean;
  /** Drawers say everything at once, whatever pace the server asks for. */
  deaf: boolean;
  ink: readonly Ink[];
  pace: Pace;
  seed: number;
}

export type LoadReport = GuessReport & FrameReport & { disconnects: number };
