import type { Distribution } from '../../shared/distribution.ts';
import type { Drawing } from '../../shared/drawing.ts';
import type { Guess } from '../../shared/protocol.ts';

/** What a drawing needs of the wall it hangs on. */
export interface DrawingRoom {
  readonly name: string;
  /** A new drawing's number in the room, and the page it goes to: its author's, while that has place and is needed. */
  place(page: number): { tile: number; page: number };
  begun(drawing: WallDrawing): void;
  inked(drawing: WallDrawing, appended: { stroke: number; offset: number }): void;
  redrawn(drawing: WallDrawing): void;
  guessed(drawing: WallDrawing): void;
  labelled(drawing: WallDrawing): void;
  finished(drawing: WallDrawing): void;
  dropped(drawing: WallDrawing): void;
  /** The drawing of that id, of ours or another node's. */
  find(drawing: string): WallDrawing | undefined;
}

/** Who is drawing, on which wall, and where the guesses go. */
export interface Drawer {
  session: string;
  address: string;
  room: DrawingRoom;
  person: number;
  guess(guess: Guess): void;
  /** The page of the wall they look at. */
  page(): number;
  setPage(page: number): void;
}

/** Who began a drawing, and when: milliseconds of the era. An author may go on with it on another node. */
export interface DrawingStart {
  readonly author: string;
  readonly begunAt: number;
}

/** A drawing the server holds: its truth while it is drawn, and a while after. */
export interface LiveDrawing extends DrawingStart {
  readonly id: string;
  readonly room: DrawingRoom;
  readonly person: number;
  /** Its number on the room's wall, and the page it is on. */
  readonly tile: number;
  readonly page: number;
  readonly drawing: Drawing;
  /** Whoever edited it last: the author's newest connection. */
  drawer: Drawer;
  state: 'open' | 'finished';
  /** Edits applied here: tells its states apart, which `seq` as said by a client need not. */
  edits: number;
  /** What the model saw last, and after how many edits. */
  raster?: { edits: number; bytes: Uint8Array };
  guess?: { seq: number; model: string; distribution: Distribution };
  label?: number;
  /** The ink of its labelled row, and after how many edits it was that, while the drawing is open. */
  stored?: { edits: number; strokes: readonly (readonly number[])[] } | undefined;
  /** The label being stored; the next one waits for it, so the last word said is the last one stored. */
  labelling: Promise<unknown>;
  /** Settles when a finished drawing's row is stored, or waits for a database that is away. */
  logging: Promise<void>;
  /** Called once when the newest edit has its guess. */
  predictionWaiters: (() => void)[];
}

/** A label, and the ink that the author saw when saying it. */
export interface LabelledInk {
  digit: number;
  ink: readonly (readonly number[])[];
}

/** A drawing of another node's people, as that node tells of it. */
export interface RemoteDrawing extends DrawingStart {
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
