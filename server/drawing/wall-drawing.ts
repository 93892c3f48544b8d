import type { Distribution } from '../../shared/distribution.ts';
import type { Drawing } from '../../shared/drawing.ts';
import type { LiveDrawing } from './live-drawing.ts';

/** Who began a drawing, and when: milliseconds of the era. An author may go on with it on another node. */
export interface Beginning {
  readonly author: string;
  readonly begunAt: number;
}

/** A drawing of another node's people, as that node tells of it. */
export interface RemoteDrawing extends Beginning {
  readonly id: string;
  readonly person: number;
  readonly tile: number;
  readonly page: number;
  readonly drawing: Pick<Drawing, 'strokes'>;
  /** The node that holds it. */
  readonly node: string;
  state: 'open' | 'finished';
  guess?: { distribution: Distribution };
  label?: number;
}

/** What hangs on a room's wall. */
export type WallDrawing = LiveDrawing | RemoteDrawing;

export const isOwn = (drawing: WallDrawing): drawing is LiveDrawing => !('node' in drawing);
