import type { Trouble } from './trouble.ts';

/** Hears why the database cannot be used, and, by null, that it can be used again. */
export type Report = (trouble: Trouble | null) => void;

export interface Watch {
  failed(trouble: Trouble): void;
  succeeded(): void;
}

/** While one connection works and the next one does not, the database is neither back nor away anew. */
const calmMs = 5_000;

/** Reports every reason once an outage, however many verbs it fails. `now` in ms, monotonic. */
export function createWatch(report: Report, now: () => number): Watch {
  const told = new Set<string>();
  let failedAtMs = 0;
  return {
    failed(trouble) {
      failedAtMs = now();
      if (told.has(trouble.reason)) return;
      told.add(trouble.reason);
      report(trouble);
    },
    succeeded() {
      if (told.size === 0 || now() - failedAtMs < calmMs) return;
      told.clear();
      report(null);
    },
  };
}
