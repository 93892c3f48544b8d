import { type FragmentSqlToken, sql } from 'slonik';

/** The room whose versions every room follows until it has one of its own: what is shipped, or an admin's choice. */
export const house = '';

/** The room of everybody who names none: open to the street. */
export const lobby = 'lobby';

/** The room of a row of `predictions`; rows of the older application, which had no rooms, belong to the lobby. */
export const roomOf: FragmentSqlToken = sql.fragment`coalesce(predictions.room, 'lobby')`;

/** Whether a row of `predictions` belongs to a room. The index on rooms serves every room but the lobby. */
export function inRoom(room: string): FragmentSqlToken {
  return room === 'lobby' ? sql.fragment`${roomOf} = 'lobby'` : sql.fragment`predictions.room = ${room}`;
}
