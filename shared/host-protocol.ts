import { z } from 'zod';
import { drawingIdSchema, nameSchema, type Person, type Tile } from './protocol.ts';

/** Messages between hosts and rooms; `protocol.ts` has the others. */

/* ---- client → server ---- */

export const settingsSchema = z.strictObject({
  /** The name as its maker wrote it; empty if it is that of the address. */
  title: nameSchema,
  names: z.enum(['given', 'made_up', 'none']),
  /** Drawings are shown only when a host lets them through. */
  museum: z.boolean(),
  /** Nobody but a host draws. */
  frozen: z.boolean(),
  /** Nobody new enters. */
  locked: z.boolean(),
  teach: z.enum(['everybody', 'host']),
});
const on = z.boolean();
const personNumber = z.int().min(0);
/** A host's action in a room. `on: false` takes it back. */
export const hostSchema = z.discriminatedUnion('does', [
  z.strictObject({ does: z.literal('set'), settings: settingsSchema.partial() }),
  z.strictObject({ does: z.literal('hide'), drawing: drawingIdSchema, on }),
  z.strictObject({ does: z.literal('show'), drawing: drawingIdSchema, on }),
  z.strictObject({ does: z.literal('pause'), person: personNumber, on }),
  z.strictObject({ does: z.literal('unname'), person: personNumber, on }),
  z.strictObject({ does: z.literal('clear'), on }),
  /** Changes nothing: the ack has people and drawings as only a host sees them. */
  z.strictObject({ does: z.literal('view') }),
]);
export type HostAction = z.infer<typeof hostSchema>;
export type RoomSettings = z.infer<typeof settingsSchema>;

/* ---- server → client ---- */

/** The rules of the room, and how they concern the receiver. Sent after `welcome` where a host has set any, and on changes. */
export interface RoomNews {
  settings: RoomSettings;
  /** Numbers of people whose names a host took off. */
  nameless: number[];
  host: boolean;
  /** The receiver may not draw now. */
  paused: boolean;
  /** The receiver's drawings that are not on the wall, and why. */
  veiled: [string, 'hidden' | 'waiting' | 'cleared'][];
  /** The last event of this connection. */
  ended: boolean;
}

/** A person as a host sees them. */
export interface HostedPerson extends Person {
  /** The name that they gave, whatever the room shows. */
  given: string;
  paused: boolean;
  nameless: boolean;
}

/** The ack of a host's action. */
export interface HostView {
  people: HostedPerson[];
  /** Drawings that are not on the wall, newest last. */
  veiled: (Tile & { veil: 'hidden' | 'waiting' })[];
}
