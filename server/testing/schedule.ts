/** Virtual time: scheduled functions run in order, without waiting, and deterministically. */
export interface Schedule {
  nowMs(): number;
  after(ms: number, run: () => void): () => void;
  wait(ms: number): Promise<void>;
  /** Number of pending timers. */
  armed(): number;
  /** Runs everything due within `ms`, including what it schedules. */
  advance(ms: number): Promise<void>;
}

/** After this number of microtask turns all reactions to settled promises have run. */
const turns = 40;

export function createSchedule(): Schedule {
  let nowMs = 0;
  let count = 0;
  const due = new Map<number, { atMs: number; run(): void }>();

  function after(ms: number, run: () => void) {
    const id = ++count;
    due.set(id, { atMs: nowMs + Math.max(0, ms), run });
    return () => void due.delete(id);
  }

  async function runMicrotasks() {
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
  }

  /** Index of the earliest entry; of equal times the one scheduled first. */
  function next(untilMs: number): number | undefined {
    let first: { id: number; atMs: number } | undefined;
    for (const [id, { atMs }] of due) if (atMs < (first?.atMs ?? Infinity)) first = { id, atMs };
    return first !== undefined && first.atMs <= untilMs ? first.id : undefined;
  }

  return {
    nowMs: () => nowMs,
    after,
    armed: () => due.size,
    wait: ms => new Promise(resolve => after(ms, resolve)),
    async advance(ms) {
      const untilMs = nowMs + ms;
      await runMicrotasks();
      for (let id = next(untilMs); id !== undefined; id = next(untilMs)) {
        const entry = due.get(id);
        due.delete(id);
        nowMs = entry?.atMs ?? nowMs;
        entry?.run();
        await runMicrotasks();
      }
      nowMs = untilMs;
    },
  };
}
