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

/** Raised whenever a schema below changes in a way an older end could not follow. */
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

/** Made by the client: a UUID of any version, lower case so that one drawing has one spelling. */
export const drawingIdSchema = z.guid().lowercase();
export const digitSchema = z.int().min(0).max(9);
export const strokesSchema = z.array(strokeSchema).max(maxStrokesPerDrawing);

export const drawSchema = z.object({
  drawing: drawingIdSchema,
  seq,
  stroke: z
    .int()
    .min(0)
    .max(maxStrokesPerDrawing - 1),
  offset: z.int().min(0).max(maxPointsPerDrawing),
  points: z
    .array(coordinate)
    .min(2)
    .max(2 * maxPointsPerDraw)
    .refine(evenLength, 'an x without its y'),
});
const drawingIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const isWhole = (value: unknown, most: number): value is number =>
  typeof value === 'number' && value >= 0 && value <= most && Number.isInteger(value);

/**
 * What `drawSchema` makes of a payload, in a tenth of its time: nearly all that comes in are draws. Undefined when it
 * is none; why not, the schema says.
 */
export function readDraw(payload: unknown): Draw | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  const { drawing, seq, stroke, offset, points }: Partial<Record<keyof Draw, unknown>> = payload;
  if (typeof drawing !== 'string' || !drawingIdPattern.test(drawing)) return undefined;
  if (!isWhole(seq, Number.MAX_SAFE_INTEGER) || !isWhole(stroke, maxStrokesPerDrawing - 1)) return undefined;
  if (!isWhole(offset, maxPointsPerDrawing) || !Array.isArray(points)) return undefined;
  if (points.length < 2 || points.length > 2 * maxPointsPerDraw || !evenLength(points)) return undefined;
  for (const coordinate of points) if (!isWhole(coordinate, padUnits - 1)) return undefined;
  return { drawing, seq, stroke, offset, points };
}
export const redrawSchema = z.object({ drawing: drawingIdSchema, seq, strokes: strokesSchema });
export const finishSchema = z.object({ drawing: drawingIdSchema });
/** Which page of the wall to show. */
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
  /** Empty takes the name off; absent leaves it as it is. */
  name: nameSchema.optional(),
  session: z.string().max(200).optional(),
});

export type Draw = z.infer<typeof drawSchema>;
export type Redraw = z.infer<typeof redrawSchema>;
export type Finish = z.infer<typeof finishSchema>;
export type Look = z.infer<typeof lookSchema>;
export type Label = z.infer<typeof labelSchema>;
export type Auth = z.input<typeof authSchema>;

/* ---- acks ---- */

/** Why something was not done. Fixed: clients decide by it, people read `message`. */
export const reasons = [
  'invalid',
  'too_large',
  'rate_limited',
  'unknown_drawing',
  'not_yours',
  'overloaded',
  'unavailable',
  'outdated',
  'forbidden',
  'not_found',
  'busy',
  'refused',
] as const;
export type Reason = (typeof reasons)[number];

export interface Refusal {
  ok: false;
  reason: Reason;
  message: string;
  retryAfterMs?: number;
}
export type Ack<Value = undefined> =
  | (Value extends undefined ? { ok: true } : { ok: true; value: Value })
  | Refusal;

/* ---- server → client: made by us, typed and not parsed ---- */

export interface Person {
  /** Number of the person within the room. */
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
  /** Packed as in `shared/ink.ts`, one entry a stroke. */
  ink: string[];
  /** Packed as in `shared/distribution.ts`; absent before the first guess. */
  guess?: string;
  label?: number;
  finished?: true;
}

export interface Snapshot {
  tick: number;
  /** The page of the room's wall that `tiles` are on, and how many there are. Whoever draws sees the page of their drawing. */
  page: number;
  pages: number;
  tiles: Tile[];
}

export interface ModelCard {
  version: string;
  [figure: string]: unknown;
}
export interface Model {
  version: string;
  card: ModelCard;
}

export interface RefusedModel {
  refused: string;
  /** From the gate's fixed list; `message` is its sentence. */
  reason: string;
  message: string;
  card: ModelCard;
}

/** The last four are ends; no event of the job follows. */
export type TrainingPhase =
  | 'queued'
  | 'measuring'
  | 'training'
  | 'judging'
  | 'promoted'
  | 'refused'
  | 'failed'
  | 'cancelled';

/** Where a training job is. */
export interface Training {
  job: string;
  where: 'server' | 'browser';
  /** What computes in a browser, in its own words. */
  device?: string;
  phase: TrainingPhase;
  step: number;
  /** 0 before it is known. */
  steps: number;
  /** Of the step's own batch; null before the first. */
  loss: number | null;
  accuracy: number | null;
  /** How it ended, in a sentence. */
  message?: string;
}

export interface Welcome {
  /** The signed session, to be sent as `auth.session`; null for a client whose cookie carried it. */
  session: string | null;
  room: string;
  model: Model;
  people: Person[];
  /** The receiver's own number among `people`. */
  you: number;
  /** Origin that others reach this server at, when it is not the one the page was asked for at. */
  origin: string | null;
  /** `origin` is an address of the server's machine that phones may reach or not. */
  originGuessed?: true;
  snapshot: Snapshot;
}

export interface Guess {
  drawing: string;
  /** The newest edit this guess has seen. */
  seq: number;
  model: string;
  /** number[10], summing to 1. */
  probabilities: number[];
}

/** One tick of a page of a room. Absent parts did not change; they are applied in the order written here. */
export interface Frame {
  tick: number;
  came?: Person[];
  left?: number[];
  /** `[tile, drawing, person]` */
  begun?: [number, string, number][];
  /** All ink that was appended, packed as in `shared/ink.ts`. */
  ink?: string;
  /** `[tile, packed strokes]`: the tile's ink is now exactly this. */
  redrawn?: [number, string[]][];
  /** `[tile, packed distribution]` */
  guesses?: [number, string][];
  /** `[tile, digit]` */
  labelled?: [number, number][];
  finished?: number[];
  /** Tiles no longer shown. */
  gone?: number[];
  /** The wall has so many pages now. */
  pages?: number;
}

/** How often drawings are guessed, everybody's alike. Said when it changes. */
export interface Pace {
  guessesPerSecond: number;
  /** The server has more to do than it can; everything else goes on as it was. */
  overloaded: boolean;
}

export interface ClientToServer {
  draw: (draw: Draw) => void;
  redraw: (redraw: Redraw, ack: (answer: Ack) => void) => void;
  finish: (finish: Finish, ack: (answer: Ack) => void) => void;
  /** The page comes as a `snapshot`, its ink from then on in frames. */
  look: (look: Look, ack: (answer: Ack) => void) => void;
  label: (label: Label, ack: (answer: Ack<{ sample: number }>) => void) => void;
}

export interface ServerToClient {
  welcome: (welcome: Welcome) => void;
  guess: (guess: Guess) => void;
  frame: (frame: Frame) => void;
  /** A client that fell behind gets the room as it is now instead of the ticks it missed. */
  snapshot: (snapshot: Snapshot & { people: Person[] }) => void;
  resend: (resend: { drawing: string }) => void;
  /** Another version answers from now on, or a candidate was refused. */
  model: (model: Model | RefusedModel) => void;
  training: (training: Training) => void;
  pace: (pace: Pace) => void;
}
