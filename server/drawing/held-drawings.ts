import type { LiveDrawing } from './live-drawing.ts';

/** Limit of remembered deleted drawings, whose authors may still have them on the pad. */
const maxRemoved = 1_000;

export type HeldDrawings = ReturnType<typeof createHeldDrawings>;

/** The drawings in memory by id, the open ones by session, and the ids of deleted ones. */
export function createHeldDrawings() {
  const held = new Map<string, LiveDrawing>();
  const open = new Map<string, Set<LiveDrawing>>();
  const removed = new Set<string>();

  /** The drawing stays in memory and is no longer open. */
  function end(live: LiveDrawing) {
    const theirs = open.get(live.author);
    theirs?.delete(live);
    if (theirs?.size === 0) open.delete(live.author);
  }

  return {
    get: (id: string) => held.get(id),
    all: () => [...held.values()],
    count: () => held.size,
    /** All open drawings. */
    open: () => [...open.values()].flatMap(theirs => [...theirs]),
    /** The session's open drawings, oldest first. */
    openOf: (session: string) => [...(open.get(session) ?? [])],
    add(live: LiveDrawing) {
      held.set(live.id, live);
      open.set(live.author, (open.get(live.author) ?? new Set()).add(live));
    },
    end,
    delete(live: LiveDrawing) {
      end(live);
      held.delete(live.id);
    },
    isRemoved: (id: string) => removed.has(id),
    rememberRemoved(id: string) {
      removed.add(id);
      for (const oldest of [...removed].slice(0, -maxRemoved)) removed.delete(oldest);
    },
  };
}
