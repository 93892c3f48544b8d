import type { Trouble } from './trouble.ts';

/** Receives the reason why the database cannot be used, or null once it can be used again. */
export type Report = (trouble: Trouble | null) => void;

export interface Watch {
  failed(trouble: Trouble): void;
  succeeded(): void;
}

/** While some connections work and others fail, the outage neither ends nor starts anew. */
const calmMs = 5_000;

/** Reports each reason once per outage, however many verbs fail. `now` in ms, monotonic. */
export function createWatch(report: Report, now: () => number): Watch {
  const reported = new Set<string>();
  let failedAtMs = 0;
  return {
    failed(trouble) {
      failedAtMs = now();
      if (reported.has(trouble.reason)) return;
      reported.add(trouble.reason);
      report(trouble);
    },
    succeeded() {
      if (reported.size === 0 || now() - failedAtMs < calmMs) return;
      reported.clear();
      report(null);
    },
  };
}
