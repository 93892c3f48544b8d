import { packDistribution } from '../shared/distribution.ts';
import { packInk } from '../shared/ink.ts';
import { keptFinished } from '../shared/limits.ts';
import type { Tile } from '../shared/protocol.ts';
import type { LiveDrawing } from './live-drawing.ts';
import { createPending, type PendingDrawings } from './pending.ts';
import { isOwn, type WallDrawing } from './wall-drawing.ts';

export interface WallPageParts {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Something changed that a frame should carry, and whoever else hears of the drawing. */
  changed(drawing: WallDrawing, change: (pending: PendingDrawings) => void): void;
  /** A finished drawing of ours had to make place. */
  evicted(drawing: LiveDrawing): void;
}

export type WallPage = ReturnType<typeof createWallPage>;

/** The drawings of one page of a room's wall, and what changed since the last frame. */
export function createWallPage({ now, changed, evicted }: WallPageParts) {
  const tiles = new Map<number, WallDrawing>();
  const pending = createPending(now);

  function tell(drawing: WallDrawing, change: (pending: PendingDrawings) => void) {
    change(pending);
    changed(drawing, change);
  }

  function dropped(drawing: WallDrawing) {
    if (tiles.delete(drawing.tile)) tell(drawing, to => to.gone(drawing));
  }

  return {
    size: () => tiles.size,
    drawings: (): WallDrawing[] => [...tiles.values()],
    tiles: (): Tile[] => Array.from(tiles.values(), tileOf),
    begun(drawing: WallDrawing) {
      tiles.set(drawing.tile, drawing);
      tell(drawing, to => to.begun(drawing));
    },
    /** Ink was appended to `stroke`, which had `offset` points before. */
    inked: (drawing: WallDrawing, appended: { stroke: number; offset: number }) =>
      tell(drawing, to => to.inked(drawing, appended)),
    redrawn: (drawing: WallDrawing) => tell(drawing, to => to.redrawn(drawing)),
    guessed(drawing: WallDrawing) {
      if (tiles.has(drawing.tile)) tell(drawing, to => to.guessed(drawing));
    },
    labelled: (drawing: WallDrawing) => tell(drawing, to => to.labelled(drawing)),
    finished(drawing: WallDrawing) {
      tell(drawing, to => to.finished(drawing));
      const done = [...tiles.values()].filter(each => each.state === 'finished');
      for (const old of done.slice(0, Math.max(0, done.length - keptFinished))) {
        dropped(old);
        if (isOwn(old)) evicted(old);
      }
    },
    dropped,
    takeChanges: () => pending.take(),
    /** Changes are waiting that the last frame did not carry. */
    pending: () => pending.waiting(),
  };
}

export function tileOf(drawing: WallDrawing): Tile {
  return {
    tile: drawing.tile,
    drawing: drawing.id,
    person: drawing.person,
    ink: drawing.drawing.strokes.map(stroke => packInk(stroke)),
    ...(drawing.guess && { guess: packDistribution(drawing.guess.distribution) }),
    ...(drawing.label !== undefined && { label: drawing.label }),
    ...(drawing.state === 'finished' && { finished: true }),
  };
}
