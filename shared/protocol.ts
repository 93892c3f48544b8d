import { z } from 'zod';
import {
  maxNameLength,
  maxOpenPages,
  maxPointsPerDraw,
  maxPointsPerDrawing,
  maxRoomLength,
  maxStrokesPerDrawing,
  padUnits,
} from './limits.ts';
import { isAllowedName, isVisible } from './name.ts';
import type { Model } from './training-protocol.ts';

/** Raised whenever a schema below changes in a way that an older end cannot follow. */
export const protocolVersion = 1;

/* ---- client → server: untrusted, parsed once at the edge ---- */

const coordinate = z
  .int()
  .min(0)
  .max(padUnits - 1);
const evenLength = (points: readonly number[]) => points.length % 2 === 0;
const strokeSchema = z
  .array(coordinate)
  .min(2)
  .max(2 * maxPointsPerDrawing)
  .refine(evenLength, 'an x without its y');
const seq = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Created by the client: a UUID of any version, in lower case so that a drawing has one spelling. */
export const drawingIdSchema = z.guid().lowercase();
export const digitSchema = z.int().min(0).max(9);
export const strokesSchema = z.array(strokeSchema).max(maxStrokesPerDrawing);

/** Only a stroke that has points can end without new ones. */
const endsStroke = (lifted: unknown, offset: number) => lifted === true && offset > 0;

export const drawSchema = z
  .object({
    drawing: drawingIdSchema,
    seq,
    stroke: z
      .int()
      .min(0)
      .max(maxStrokesPerDrawing - 1),
    offset: z.int().min(0).max(maxPointsPerDrawing),
    points: z
      .array(coordinate)
      .max(2 * maxPointsPerDraw)
      .refine(evenLength, 'an x without its y'),
    /** The pen left the pad after the last of the points. */
    lifted: z.boolean().optional(),
  })
  .refine(({ points, lifted, offset }) => points.length > 0 || endsStroke(lifted, offset), {
    path: ['points'],
    message: 'no points, which only the lift of a pen may have',
  });
const drawingIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const isWhole = (value: unknown, most: number): value is number =>
  typeof value === 'number' && value >= 0 && value <= most && Number.isInteger(value);

/**
 * Parses a payload as `drawSchema` does, in a tenth of its time, because nearly all incoming events are draws.
 * Undefined if it is invalid; the schema then gives the reason.
 */
export function readDraw(payload: unknown): Draw | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { drawing, seq, stroke, offset, points, lifted }: Partial<Record<keyof Draw, unknown>> = payload;
  if (typeof drawing !== 'string' || !drawingIdPattern.test(drawing)) return undefined;
  if (!isWhole(seq, Number.MAX_SAFE_INTEGER) || !isWhole(stroke, maxStrokesPerDrawing - 1)) return undefined;
  if (!isWhole(offset, maxPointsPerDrawing) || !Array.isArray(points)) return undefined;
  if (points.length > 2 * maxPointsPerDraw || !evenLength(points)) return undefined;
  if (points.length === 0 && !endsStroke(lifted, offset)) return undefined;
  for (const coordinate of points) if (!isWhole(coordinate, padUnits - 1)) return undefined;
  if (lifted === undefined) return { drawing, seq, stroke, offset, points };
  return typeof lifted === 'boolean' ? { drawing, seq, stroke, offset, points, lifted } : undefined;
}
export const redrawSchema = z.object({ drawing: drawingIdSchema, seq, strokes: strokesSchema });
export const finishSchema = z.object({ drawing: drawingIdSchema });
/** The page of the wall to show. */
export const lookSchema = z.object({
  page: z
    .int()
    .min(0)
    .max(maxOpenPages - 1),
});
export const labelSchema = z.object({ drawing: drawingIdSchema, digit: digitSchema });

export const roomSchema = z
  .string()
  .max(maxRoomLength)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'lower-case letters, digits and inner hyphens');
export const nameSchema = z
  .string()
  .trim()
  .max(maxNameLength)
  .refine(isAllowedName, 'no control characters and no < or >')
  .refine(name => name === '' || isVisible(name), 'nothing of this name can be seen');
export const authSchema = z.object({
  protocol: z.literal(protocolVersion),
  room: roomSchema.default('lobby'),
  /** Empty removes the name; absent keeps it. */
  name: nameSchema.optional(),
  session: z.string().max(200).optional(),
});

export type Draw = z.infer<typeof drawSchema>;
export type Redraw = z.infer<typeof redrawSchema>;
export type Finish = z.infer<typeof finishSchema>;
export type Look = z.infer<typeof lookSchema>;
export type Label = z.infer<typeof labelSchema>;
export type Auth = z.input<typeof authSchema>;

/* ---- server → client: built by the server, typed and not parsed ---- */

export interface Person {
  /** The person's number within the room. */
  person: number;
  name: string;
}

/** A drawing on the wall. `tile` is its short number within the room. */
export interface TileHead {
  tile: number;
  drawing: string;
  person: number;
}

export interface Tile extends TileHead {
  /** Packed as in `shared/ink.ts`, one entry per stroke. */
  ink: string[];
  /** Packed as in `shared/distribution.ts`; absent before the first prediction. */
  guess?: string;
  /** The prediction of the version before, packed likewise, where `guess` shows another digit for the same ink. */
  was?: string;
  label?: number;
  finished?: true;
}

export interface Snapshot {
  tick: number;
  /**
   * The page of the wall that `tiles` belong to, and the number of pages. A client that draws gets the page of its
   * drawing.
   */
  page: number;
  pages: number;
  tiles: Tile[];
  /** Those who drew the tiles and have left: their names stay under their drawings. */
  absent?: Person[];
}

export interface Welcome {
  /** The signed session for `auth.session`; null if the client's cookie has it. */
  session: string | null;
  room: string;
  model: Model;
  people: Person[];
  /** The receiver's number among `people`. */
  you: number;
  /** Origin at which others reach this server, if it differs from the page's own. */
  origin: string | null;
  /** Present if `origin` is only a likely address of the server's machine, which phones may fail to reach. */
  originGuessed?: true;
  snapshot: Snapshot;
}

export interface Guess {
  drawing: string;
  /** The newest edit that the prediction includes. */
  seq: number;
  model: string;
  /** number[10], summing to 1. */
  probabilities: number[];
}

/** The net that was trained on MNIST alone surely reads another digit than the room's version, in the same state. */
export interface Opinion {
  drawing: string;
  /** The newest edit that it includes. */
  seq: number;
  digit: number;
}

/** One tick of a page of a room. Absent parts did not change; a client applies the parts in the order written here. */
export interface Frame {
  tick: number;
  came?: Person[];
  left?: number[];
  /** `[tile, drawing, person]` */
  begun?: [number, string, number][];
  /** All appended ink, packed as in `shared/ink.ts`. */
  ink?: string;
  /** `[tile, packed strokes]`: replaces the tile's ink. */
  redrawn?: [number, string[]][];
  /** `[tile, packed distribution]` */
  guesses?: [number, string][];
  /**
   * `[tile, packed distribution]`: the prediction of the version before, for tiles among `guesses` that show another
   * digit now, with the same ink. A later prediction of the tile without an entry here takes it off.
   */
  reread?: [number, string][];
  /** `[tile, digit]` */
  labelled?: [number, number][];
  /** Tiles whose label was taken off. */
  unlabelled?: number[];
  finished?: number[];
  /** Tiles no longer shown. */
  gone?: number[];
  /** The new number of pages of the wall. */
  pages?: number;
}

/** The newest stored drawings of the room were predicted again by this version. */
export interface Reread {
  model: string;
}

/** The prediction interval of all drawings. Sent when it changes. */
export interface Pace {
  guessesPerSecond: number;
  /** The server has more predictions to make than it can; everything else works as before. */
  overloaded: boolean;
}
