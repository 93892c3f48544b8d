import { z } from 'zod';
import { maxNameLength, maxStrokesPerDrawing } from '../../shared/limits.ts';
import { digitSchema, roomSchema } from '../../shared/protocol.ts';
import type { Training } from '../../shared/training-protocol.ts';

// Messages between nodes. Numbers of people and tiles are the sender's own. Every field is bounded, because clients
// receive the content.

const whole = z.int().min(0);
/** Ids of sessions, drawings, nodes and jobs are UUIDs here. */
const id = z.string().max(100);
const personSchema = z.object({
  person: whole,
  name: z.string().max(maxNameLength),
  /** Absent from older versions. */
  namedAt: whole.default(0),
  session: id,
});
const packedSchema = z.string().regex(/^[\w-]*$/);
const inkSchema = z.array(packedSchema).max(maxStrokesPerDrawing);
const guessSchema = z.string().regex(/^[\w-]{10}$/);
const beginning = { author: id, begunAt: whole };
const tileSchema = z.object({
  tile: whole,
  drawing: id,
  person: whole,
  ...beginning,
  ink: inkSchema,
  guess: guessSchema.optional(),
  was: guessSchema.optional(),
  label: digitSchema.optional(),
  finished: z.literal(true).optional(),
});
const changesSchema = z.object({
  came: z.array(personSchema).optional(),
  left: z.array(whole).optional(),
  begun: z.array(z.tuple([whole, id, whole])).optional(),
  ink: packedSchema.optional(),
  redrawn: z.array(z.tuple([whole, inkSchema])).optional(),
  guesses: z.array(z.tuple([whole, guessSchema])).optional(),
  reread: z.array(z.tuple([whole, guessSchema])).optional(),
  labelled: z.array(z.tuple([whole, digitSchema])).optional(),
  unlabelled: z.array(whole).optional(),
  finished: z.array(whole).optional(),
  gone: z.array(whole).optional(),
});

const node = id;
/** Sequence number of a node's messages in a room: after a gap the receiver requests the whole state. */
const sequence = whole;

/** On a room's own channel. */
export const roomMessageSchema = z.discriminatedUnion('kind', [
  /** Announces that this node has people in the room, and requests the other nodes' states. */
  z.object({ kind: z.literal('ask'), node }),
  z.object({
    kind: z.literal('state'),
    node,
    said: sequence,
    people: z.array(personSchema),
    /** Who drew `tiles` and has left. Absent from older versions. */
    absent: z.array(personSchema).default([]),
    tiles: z.array(tileSchema),
  }),
  /** One tick. `beginnings` has the starts of its new drawings, in the same order. */
  z
    .object({
      kind: z.literal('tick'),
      node,
      said: sequence,
      beginnings: z.array(z.object(beginning)),
      changes: changesSchema,
    })
    .refine(({ beginnings, changes }) => beginnings.length === (changes.begun?.length ?? 0)),
  /** The node has nobody left in the room. */
  z.object({ kind: z.literal('left'), node }),
]);
export type RoomMessage = z.infer<typeof roomMessageSchema>;
export type RoomState = Extract<RoomMessage, { kind: 'state' }>;
export type RoomTick = Extract<RoomMessage, { kind: 'tick' }>;

const trainingSchema: z.ZodType<Training> = z.object({
  job: id,
  where: z.enum(['server', 'browser']),
  device: z.string().max(maxNameLength).optional(),
  phase: z.enum(['queued', 'measuring', 'training', 'judging', 'promoted', 'refused', 'failed', 'cancelled']),
  step: whole,
  steps: whole,
  loss: z.number().nullable(),
  accuracy: z.number().nullable(),
  taught: z.object({ drawings: whole, people: whole }).optional(),
  digits: z
    .array(z.object({ digit: digitSchema, count: whole, before: whole, after: whole }))
    .max(10)
    .optional(),
  message: z.string().max(2_000).optional(),
  reason: z.string().max(100).optional(),
  facts: z
    .object({ misread: whole, learned: whole, digit: digitSchema, setAside: whole })
    .partial()
    .optional(),
});

/** To every node. */
export const nodeMessageSchema = z.discriminatedUnion('kind', [
  /**
   * Sent as a beat. `rooms` lists the rooms where the node has people, with the newest sequence number of each, so
   * that a receiver detects missed messages. Absent from older versions.
   */
  z.object({ kind: z.literal('alive'), node, rooms: z.array(z.tuple([z.string(), sequence])).optional() }),
  z.object({ kind: z.literal('bye'), node }),
  z.object({ kind: z.literal('training'), node, room: roomSchema, training: trainingSchema }),
  /** The rows of these drawings were deleted: nodes remove the drawings from their walls. */
  z.object({ kind: z.literal('deleted'), node, drawings: z.array(z.string()) }),
  /** These drawings were erased because of their age: nodes remove them from their walls. */
  z.object({ kind: z.literal('expired'), node, drawings: z.array(id) }),
  /** These sessions erased all their drawings at that time: nodes do the same with what they hold. */
  z.object({ kind: z.literal('erased'), node, sessions: z.array(z.tuple([id, whole])) }),
  /** Their rows got another label, or none: the node that holds one reads the label from the database. */
  z.object({ kind: z.literal('relabelled'), node, drawings: z.array(z.string()) }),
  /** A host has changed the room: its rules are to be read again from the database. */
  z.object({ kind: z.literal('rules'), node, room: roomSchema }),
]);
export type NodeMessage = z.infer<typeof nodeMessageSchema>;
