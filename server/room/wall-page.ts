import { packDistribution } from '../../shared/distribution.ts';
import { countPoints } from '../../shared/drawing.ts';
import { maxFinishedPoints, maxFinishedShown } from '../../shared/limits.ts';
import type { Tile } from '../../shared/protocol.ts';
import { isOwn, type LiveDrawing, type WallDrawing } from '../drawing/live-drawing.ts';
import { createFrameBuilder, type DrawingChanges } from './frame-builder.ts';
import { packStroke } from './packed-ink.ts';

export interface WallPageParts {
  /** Milliseconds, monotonic. */
  now(): number;
  /** A change is pending for the next frame; `change` records it for other receivers too. */
  onChanged(drawing: WallDrawing, change: (pending: DrawingChanges) => void): void;
  /** Whether a drawing is off the wall, by the rules of the room. */
  isVeiled(drawing: WallDrawing): boolean;
  /** A finished drawing of this node was evicted. */
  onEvicted(drawing: LiveDrawing): void;
}

export type WallPage = ReturnType<typeof createWallPage>;

/** The drawings on one page of a room's wall, and the changes since the last frame. */
export function createWallPage({ now, onChanged, isVeiled, onEvicted }: WallPageParts) {
  const tiles = new Map<number, WallDrawing>();
  const byId = new Map<string, WallDrawing>();
  const open = new Set<WallDrawing>();
  /** Drawings that are off the wall; subscribers know nothing of them. */
  const veiled = new Set<WallDrawing>();
  const pending = createFrameBuilder(now);

  function record(drawing: WallDrawing, change: (pending: DrawingChanges) => void) {
    if (!veiled.has(drawing)) change(pending);
    onChanged(drawing, change);
  }

  /** Finished drawings to evict; never the newest one. What is off the wall takes no place from what is on it. */
  function tooMany(isOff: boolean): WallDrawing[] {
    const done = [...tiles.values()].filter(each => each.state === 'finished' && veiled.has(each) === isOff);
    let points = 0;
    const first = done.findLastIndex(({ drawing }, i) => {
      points += countPoints(drawing.strokes);
      return i < done.length - 1 && (done.length - i > maxFinishedShown || points > maxFinishedPoints);
    });
    return done.slice(0, first + 1);
  }

  function dropped(drawing: WallDrawing) {
    if (!tiles.delete(drawing.tile)) return;
    open.delete(drawing);
    if (byId.get(drawing.id) === drawing) byId.delete(drawing.id);
    record(drawing, to => to.gone(drawing));
    veiled.delete(drawing);
  }

  function evict() {
    for (const old of [...tooMany(false), ...tooMany(true)]) {
      dropped(old);
      if (isOwn(old)) onEvicted(old);
    }
  }

  return {
    size: () => tiles.size,
    find: (id: string) => byId.get(id),
    /** Number of open drawings. */
    open: () => open.size,
    drawings: (): WallDrawing[] => [...tiles.values()],
    tiles: (): Tile[] => [...tiles.values()].filter(each => !veiled.has(each)).map(tileOf),
    begun(drawing: WallDrawing) {
      tiles.set(drawing.tile, drawing);
      byId.set(drawing.id, drawing);
      if (drawing.state === 'open') open.add(drawing);
      if (isVeiled(drawing)) veiled.add(drawing);
      record(drawing, to => to.begun(drawing));
    },
    /** Ink was appended to `stroke`, which had `offset` points before. */
    inked: (drawing: WallDrawing, appended: { stroke: number; offset: number }) =>
      record(drawing, to => to.inked(drawing, appended)),
    redrawn: (drawing: WallDrawing) => record(drawing, to => to.redrawn(drawing)),
    guessed(drawing: WallDrawing) {
      if (tiles.has(drawing.tile)) record(drawing, to => to.guessed(drawing));
    },
    labelled: (drawing: WallDrawing) => record(drawing, to => to.labelled(drawing)),
    finished(drawing: WallDrawing) {
      open.delete(drawing);
      record(drawing, to => to.finished(drawing));
      evict();
    },
    dropped,
    /** The rules of the room have changed. */
    reviewVeils() {
      for (const drawing of tiles.values()) {
        if (isVeiled(drawing) === veiled.has(drawing)) continue;
        if (veiled.delete(drawing)) pending.shown(drawing);
        else {
          pending.gone(drawing);
          veiled.add(drawing);
        }
      }
      evict();
    },
    takeChanges: () => pending.take(),
    /** Whether changes wait that the last frame did not contain. */
    pending: () => pending.waiting(),
  };
}

export function tileOf(drawing: WallDrawing): Tile {
  return {
    tile: drawing.tile,
    drawing: drawing.id,
    person: drawing.person,
    ink: drawing.drawing.strokes.map(packStroke),
    ...(drawing.guess && { guess: packDistribution(drawing.guess.distribution) }),
    ...(drawing.guess?.was && { was: packDistribution(drawing.guess.was) }),
    ...(drawing.label !== undefined && { label: drawing.label }),
    ...(drawing.state === 'finished' && { finished: true }),
  };
}
