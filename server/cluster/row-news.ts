import type { NodeMessage } from './peer-messages.ts';

/** Limit of each kind of news that a node remembers: no wall shows older drawings than the last hundreds. */
const maxRemembered = 500;

/** Publishes which rows changed, and again when a node starts or reconnects. */
export function createRowNews(node: string, publish: (message: NodeMessage) => void) {
  const deleted = new Map<string, true>();
  const relabelled = new Map<string, true>();
  /** Sessions, with the time in ms of the era when each erased its drawings. */
  const erased = new Map<string, number>();

  const drawingsOf = (changed: ReadonlyMap<string, true>) => [...changed.keys()];
  return {
    deleted(drawing: string) {
      remember(deleted, [drawing, true]);
      publish({ kind: 'deleted', node, drawings: [drawing] });
    },
    relabelled(drawing: string) {
      remember(relabelled, [drawing, true]);
      publish({ kind: 'relabelled', node, drawings: [drawing] });
    },
    erased(session: string, atMs: number) {
      remember(erased, [session, atMs]);
      publish({ kind: 'erased', node, sessions: [[session, atMs]] });
    },
    repeat() {
      if (deleted.size > 0) publish({ kind: 'deleted', node, drawings: drawingsOf(deleted) });
      if (relabelled.size > 0) publish({ kind: 'relabelled', node, drawings: drawingsOf(relabelled) });
      if (erased.size > 0) publish({ kind: 'erased', node, sessions: [...erased] });
    },
  };
}

/** The newest entry stands last; the oldest ones are forgotten. */
function remember<Value>(map: Map<string, Value>, [key, value]: [string, Value]) {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= maxRemembered) break;
    map.delete(oldest);
  }
}
