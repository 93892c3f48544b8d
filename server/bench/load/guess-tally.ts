/** Updates of one load process and their predictions. */
export interface GuessReport {
  updates: number;
  /** Time from update to prediction, for each answered update. */
  answeredMs: Float64Array;
  /** Answered updates whose prediction included a newer one. */
  coalesced: number;
  guesses: number;
  /** For each drawing, how long its last state waited for its prediction. */
  lastMs: Float64Array;
  /** Drawings whose newest state got its prediction too late or never. */
  lost: number;
}

interface Edit {
  drawing: string;
  seq: number;
}

/** A person stops watching after this time; a later prediction counts as lost. */
export const lostAfterMs = 2_000;

/**
 * Measures the time from stroke to prediction: the first prediction with an update's `seq` or a newer one answers it.
 */
export function createGuessTally(measuring: () => boolean, now: () => number) {
  const waiting = new Map<string, { seq: number; sentMs: number; measured: boolean }[]>();
  const lost = new Set<string>();
  const lastMs = new Map<string, number>();
  let answeredMs: number[] = [];
  let updates = 0;
  let guesses = 0;
  let coalesced = 0;

  return {
    sent({ drawing, seq }: Edit) {
      const ofDrawing = waiting.get(drawing) ?? [];
      const measured = measuring();
      if (measured) updates++;
      ofDrawing.push({ seq, sentMs: now(), measured });
      waiting.set(drawing, ofDrawing);
    },
    guessed({ drawing, seq }: Edit) {
      if (measuring()) guesses++;
      const ofDrawing = waiting.get(drawing);
      if (ofDrawing === undefined) return;
      const answered = ofDrawing.filter(update => update.seq <= seq);
      for (const update of answered) {
        if (!update.measured) continue;
        answeredMs.push(now() - update.sentMs);
        if (update.seq < seq) coalesced++;
      }
      if (answered.length < ofDrawing.length) waiting.set(drawing, ofDrawing.slice(answered.length));
      else {
        waiting.delete(drawing);
        const newest = answered.at(-1);
        if (newest?.measured) lastMs.set(drawing, now() - newest.sentMs);
        if (newest && now() - newest.sentMs > lostAfterMs) lost.add(drawing);
      }
    },
    restart() {
      lost.clear();
      lastMs.clear();
      answeredMs = [];
      [updates, guesses, coalesced] = [0, 0, 0];
    },
    waiting: () => waiting.size,
    report: (): GuessReport => ({
      updates,
      answeredMs: Float64Array.from(answeredMs),
      coalesced,
      guesses,
      lastMs: Float64Array.from(lastMs.values()),
      lost: new Set([...lost, ...waiting.keys()]).size,
    }),
  };
}
