import type { Distribution } from '../../shared/distribution.ts';
import type { Drawing } from '../../shared/drawing.ts';
import type { Guess } from '../../shared/protocol.ts';
import type { Room } from '../room/room.ts';
import type { Beginning } from './wall-drawing.ts';

/** Who is drawing, on which wall, and where the guesses go. */
export interface Drawer {
  session: string;
  address: string;
  room: Room;
  person: number;
  guess(guess: Guess): void;
  /** The page of the wall they look at. */
  page(): number;
  look(page: number): void;
}

/** A drawing the server holds: its truth while it is drawn, and a while after. */
export interface LiveDrawing extends Beginning {
  readonly id: string;
  readonly room: Room;
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
  settled: (() => void)[];
}

/** A label, and the ink that the author saw when saying it. */
export interface Said {
  digit: number;
  ink: readonly (readonly number[])[];
}
