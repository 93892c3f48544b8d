import type { Ink } from '../people/ink.ts';

/** Messages between the crash bench and its process of people. */
export type ToWriters =
  | { type: 'start'; url: string; people: number; ink: readonly Ink[] }
  /** The server is being killed. */
  | { type: 'killed' }
  /** Resolves once everybody draws again and no label waits for its ack, or after `maxMs`. */
  | { type: 'finish'; maxMs: number };

export interface Written {
  /** Drawing and digit of each label the server acked. */
  acked: [string, number][];
  /** For each person, the time from the kill to the next prediction; null without one. */
  backMs: (number | null)[];
  unacked: number;
}

const rooms = 5;
export const roomOf = (person: number) => `crash-${person % rooms}`;
export const crashRooms = Array.from({ length: rooms }, (_, room) => roomOf(room));
