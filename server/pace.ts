import type { Pace } from '../shared/protocol.ts';

/** Guesses a second of each drawing: as often as a screen shows them, as often as one reads them, alive. */
const rates = [30, 15, 5] as const;
/** Frames of a room are the most of what there is to write: they get fewer with the guesses. */
const leastTicksMs = [0, 66, 150] as const;
/** A drawing that waits this long beyond its turn waits for an engine. */
const waitedMs = 150;
/** Share of its time the event loop may be busy before ink would have to wait. */
const mostBusy = 0.9;
/** At the next rate there is two to three times as much to guess. */
const leastBusy = 0.5;
/** Looks in a row that must agree: people coming in are no overload, and a lull is not its end … */
const [looksToSlow, looksToRecover] = [8, 12];
/** … and a rate that was too much is tried later each time. */
const mostLooksToRecover = 96;
export const paceLookMs = 250;

/** What there is to see at a look. */
export interface Load {
  /** How long the drawing has waited that waits longest, beyond what the pace asks of it. */
  oldestMs: number;
  /** Share of its time that the event loop was busy since the last look. */
  busy: number;
}

/** Under overload everybody's guesses, and then frames, come less often, so that ink is taken in as ever. */
export function createPace(changed: (pace: Pace) => void) {
  let level = 0;
  let [overloadedLooks, calmLooks] = [0, 0];
  let looksNeeded = looksToRecover;

  function move(by: -1 | 1) {
    level += by;
    overloadedLooks = 0;
    calmLooks = 0;
    changed(pace());
  }

  const pace = (): Pace => ({ guessesPerSecond: rates[level], overloaded: level > 0 });

  return {
    pace,
    leastTickMs: (): number => leastTicksMs[level],
    look({ oldestMs, busy }: Load) {
      overloadedLooks = oldestMs > waitedMs || busy > mostBusy ? overloadedLooks + 1 : 0;
      calmLooks = oldestMs < waitedMs / 3 && busy < leastBusy ? calmLooks + 1 : 0;
      if (overloadedLooks >= looksToSlow && level < rates.length - 1) {
        looksNeeded = Math.min(mostLooksToRecover, 2 * looksNeeded);
        move(1);
      } else if (calmLooks >= looksNeeded && level > 0) move(-1);
    },
  };
}
