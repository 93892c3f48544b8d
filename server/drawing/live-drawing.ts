import type { Distribution } from '../../shared/distribution.ts';
import type { Drawing } from '../../shared/drawing.ts';
import type { Guess, Opinion } from '../../shared/protocol.ts';
import type { PenState } from '../../training/model/mixture.ts';

/** The part of a room that a drawing uses. */
export interface DrawingRoom {
  readonly name: string;
  /** Assigns a new drawing its number and page: the author's page if it has space and the room needs it. */
  place(page: number): { tile: number; page: number };
  begun(drawing: WallDrawing): void;
  inked(drawing: WallDrawing, appended: { stroke: number; offset: number }): void;
  redrawn(drawing: WallDrawing): void;
  guessed(drawing: WallDrawing): void;
  /** It has another label, or none any more. */
  labelled(drawing: WallDrawing): void;
  finished(drawing: WallDrawing): void;
  dropped(drawing: WallDrawing): void;
  /** Finds a drawing of this or another node by id. */
  find(drawing: string): WallDrawing | undefined;
}

/** The author's connection: session, room, and receiver of predictions. */
export interface Drawer {
  session: string;
  address: string;
  room: DrawingRoom;
  person: number;
  guess(guess: Guess): void;
  /** The differing reading of the net that was trained on MNIST alone. */
  opinion(opinion: Opinion): void;
  /** The page of the wall that the author views. */
  page(): number;
  setPage(page: number): void;
}

/** Author and start of a drawing, in ms of the era. An author may continue it on another node. */
export interface DrawingStart {
  readonly author: string;
  readonly begunAt: number;
}

interface WallPrediction {
  distribution: Distribution;
  /** The prediction of the version before, if a page shows another digit for the same ink now. */
  was?: Distribution;
}

/** A prediction as it is shown, and what the version read in the ink. */
export interface OwnPrediction extends WallPrediction {
  /** Of the newest edit that it includes. */
  seq: number;
  /** The number of `edits` of the ink that was read. */
  edits: number;
  model: string;
  /** The net's outputs for the ink: `training/model/answers.ts`. */
  outputs: readonly number[];
  /** When it was mixed, in ms, monotonic. */
  mixedMs: number;
  /** The mixture is the whole answer alone. */
  isWhole: boolean;
}

/** The authoritative state of a drawing in memory, while it is open and for a while afterwards. */
export interface LiveDrawing extends DrawingStart {
  readonly id: string;
  readonly room: DrawingRoom;
  readonly person: number;
  /** Its number on the room's wall, and its page. */
  readonly tile: number;
  readonly page: number;
  readonly drawing: Drawing;
  /** The connection that edited it last. */
  drawer: Drawer;
  state: 'open' | 'finished';
  /** Number of edits of the ink applied here. It identifies states; a client's `seq` need not. */
  edits: number;
  /** The newest raster, and the number of edits at that time. */
  raster?: { edits: number; bytes: Uint8Array };
  guess?: OwnPrediction;
  /** Where the author's pen is, and since when, in ms, monotonic: the newest edit or lift. */
  pen: { state: PenState; sinceMs: number };
  label?: number | undefined;
  /** The ink of the labelled row while the drawing is open, and the number of edits at that time. */
  stored?: { edits: number; strokes: readonly (readonly number[])[] } | undefined;
  /** Bytes that its label or its finish paid of the storage budget, until the other one used them. */
  paid?: { by: 'label' | 'finish'; bytes: number } | undefined;
  /** Pending label write. Writes are serialised so that the newest label wins. */
  labelling: Promise<unknown>;
  /** Resolves once a finished drawing's row is stored, or waits during a database outage. */
  logging: Promise<void>;
  /** Each is called once, when the newest edit has its prediction. */
  predictionWaiters: (() => void)[];
}

/** A label, and the ink that the author saw when choosing it. */
export interface LabelledInk {
  digit: number;
  ink: readonly (readonly number[])[];
}

/** A drawing of a person on another node, as that node reports it. */
export interface RemoteDrawing extends DrawingStart {
  readonly id: string;
  readonly person: number;
  readonly tile: number;
  readonly page: number;
  readonly drawing: Pick<Drawing, 'strokes'>;
  /** The node that owns it. */
  readonly node: string;
  state: 'open' | 'finished';
  guess?: WallPrediction;
  label?: number | undefined;
}

/** A drawing on a room's wall. */
export type WallDrawing = LiveDrawing | RemoteDrawing;

export const isOwn = (drawing: WallDrawing): drawing is LiveDrawing => !('node' in drawing);
