import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { ScreenedLabel, UnscreenedLabel } from '../../db/label-screening.ts';
import { lobby } from '../../db/rooms.ts';
import { contradictedLabels } from '../../training/evaluation/witnesses.ts';
import { createTimer } from '../core/every.ts';
import type { Store } from '../core/store.ts';
import type { Predictor } from '../inference/predictor.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';

export interface LabelScreeningParts {
  store: Pick<Store, 'shared' | 'writes' | 'readUnscreened' | 'recordScreening'>;
  predictor: Pick<Predictor, 'predictBy'>;
  registry: Pick<ServedModelTracker, 'model'>;
  /** The second witness, which no label has taught; without it no label is screened. */
  plain?: { version: string } | undefined;
  log: Logger;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export interface LabelScreening {
  /** Resolves when every label of the room is screened, or cannot be screened now. */
  finish(room: string): Promise<void>;
  start(): void;
  stop(): void;
}

/** The champion, and the plain net. */
type Witnesses = readonly [champion: string, second: string];

/** Soon after a label, so that a label that is set aside shows before its author starts a job. */
export const pollMs = 2_000;
/** Labels read from the database at once: each is 784 bytes and two predictions. */
const portion = 32;
/** Portions of one run; the next run goes on. */
const maxPortions = 40;

/**
 * Has the champion and the plain net read the labels of the open lobby before they are taught, by the rule of the
 * house's gate, and sets those aside that both surely contradict. After another champion the labels are read again.
 * Rooms of their own have no second witness: their signs may be no digit of anybody else.
 */
export function createLabelScreening(parts: LabelScreeningParts): LabelScreening {
  const { store, predictor, registry, plain, log, after } = parts;
  let running: Promise<void> | undefined;
  /** The state in which nothing was left to screen. */
  let finished = '';
  const state = () => `${store.writes()} ${registry.model(lobby).version}`;

  async function screen({ id, digit, ink, raster }: UnscreenedLabel, [champion, second]: Witnesses) {
    const [one, other] = await Promise.all(
      [champion, second].map(version => predictor.predictBy(raster, version)),
    );
    // A version that cannot be loaded now is no witness.
    if (one.model !== champion || other.model !== second) return [];
    const readingOf = ({ probabilities }: typeof one) => [{ label: digit, probabilities }];
    const [contradicted] = contradictedLabels([{}], { champion: readingOf(one), plain: readingOf(other) });
    const setAside = contradicted ? { champion: contradicted.champion, plain: contradicted.plain } : null;
    return [{ id, digit, ink, setAside }] satisfies ScreenedLabel[];
  }

  async function screenAll(second: string) {
    for (let i = 0; i < maxPortions; i++) {
      const champion = registry.model(lobby).version;
      const begun = state();
      const unscreened = await store.readUnscreened({ room: lobby, champion, limit: portion });
      if (unscreened.length === 0) {
        finished = begun;
        return;
      }
      const witnesses = [champion, second] as const;
      const labels = (await Promise.all(unscreened.map(label => screen(label, witnesses)))).flat();
      if (labels.length === 0) return;
      await store.recordScreening({ champion, labels });
    }
  }

  function run(): Promise<void> {
    if (plain === undefined) return Promise.resolve();
    running ??= screenAll(plain.version)
      .catch((error: unknown) => {
        if (!(error instanceof DatabaseUnavailable))
          log.error({ err: error }, 'labels could not be screened');
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  /** Nothing is read where this process alone writes, and nothing was written. */
  function poll() {
    if (store.shared || state() !== finished) void run();
  }

  const polling = createTimer(after, { ms: pollMs, run: poll });
  return {
    finish: async room => (room === lobby ? run() : undefined),
    start: polling.start,
    stop: polling.stop,
  };
}
