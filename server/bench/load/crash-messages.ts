import type { Ink } from '../people/ink.ts';

/** What the crash bench and its people say to each other. */
export type ToWriters =
  | { type: 'start'; url: string; people: number; ink: readonly Ink[] }
  /** The server is being killed. */
  | { type: 'killed' }
  /** Resolves when everybody draws again and no label waits for its ack, or when that takes too long. */
  | { type: 'finish'; mostMs: number };

export interface Written {
  /** Drawing and digit of each label the server acked. */
  acked: [string, number][];
  /** For each person, from the kill to the next guess; null for who never got one. */
  backMs: (number | null)[];
  unacked: number;
}

const rooms = 5;
export const roomOf = (person: number) => `crash-${person % rooms}`;
export const crashRooms = Array.from({ length: rooms }, (_, room) => roomOf(room));
