import type { Ack } from '../../shared/ack.ts';
import type { Label } from '../../shared/protocol.ts';
import { createTimer } from '../core/every.ts';
import type { HeldDrawings } from './held-drawings.ts';
import type { Feedback } from './labels.ts';
import type { Drawer } from './live-drawing.ts';

export interface RowLabelsParts {
  held: Pick<HeldDrawings, 'get'>;
  feedback: Pick<Feedback, 'readLabel' | 'relabel'>;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** Time until the next read during a database outage. */
const labelRetryMs = 2_000;

/** Keeps labels of drawings in memory equal to those of their rows, which the Lab and other nodes may change. */
export function createRowLabels({ held, feedback, after }: RowLabelsParts) {
  /** Drawings whose label could not be read, because the database was away. */
  const unread = new Set<string>();
  const listeners: ((drawing: string) => void)[] = [];

  /** Reads after pending label writes, so that the label that is read is not older than the one that is shown. */
  function readLabel(drawing: string) {
    const live = held.get(drawing);
    if (live === undefined) return;
    live.labelling = live.labelling.then(async () => {
      if (!(await feedback.readLabel(live))) unread.add(drawing);
    });
  }

  const retrying = createTimer(after, {
    ms: labelRetryMs,
    run() {
      const drawings = [...unread];
      unread.clear();
      drawings.forEach(readLabel);
    },
  });

  return {
    readLabel,
    /** Labels the row of a drawing that is not held here. */
    async relabel(drawer: Drawer, label: Label): Promise<Ack<{ sample: number }>> {
      const ack = await feedback.relabel(drawer.session, label);
      if (ack.ok) for (const listener of listeners) listener(label.drawing);
      return ack;
    },
    onRelabelled: (listener: (drawing: string) => void) => void listeners.push(listener),
    start: retrying.start,
    stop: retrying.stop,
  };
}
