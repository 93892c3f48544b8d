/** Numbers both ends obey. Every one carries the reason it has that value. */

/** The square pad: integer coordinates 0…1023, y down. Ten bits outresolve any phone and stay short as text. */
export const padUnits = 1024;

/** Points one `draw` may append: two seconds of a 500 Hz pen held back by a stalled tab. */
export const maxPointsPerDraw = 1024;

/** Points a whole drawing may hold: a minute and a half of a 120 Hz pen without lifting. */
export const maxPointsPerDrawing = 10_000;

/** Strokes a drawing may hold: a digit has four at most, a page of dots a hundred or two. */
export const maxStrokesPerDrawing = 256;

/**
 * One event on the wire, in bytes. 100,000 points still arrive and are refused by name;
 * a larger frame is not even parsed: the connection is closed with WebSocket code 1009.
 */
export const maxEventBytes = 1_048_576;

/** Drawings one session may hold open: a hand each on a shared tablet, and one being handed over. */
export const maxOpenDrawings = 4;

/** Characters of a person's name, as many as a tile can show. */
export const maxNameLength = 40;

/** Characters of a room's name, as many as a person types from a projector. */
export const maxRoomLength = 32;

/** Top probability from which the page commits to a numeral; under it the model is undecided. */
export const decidedAt = 0.8;

/** A room's tick: two video frames. */
export const tickMs = 33;

/** The tick of a small room, one video frame: few readers make it cheap. */
export const smallRoomTickMs = 16;

/** People up to which a room counts as small. */
export const smallRoomPeople = 8;

/** How often a tile's guess may change on the wall: faster than that nobody reads it. */
export const wallGuessMs = 100;

/** Finished drawings a room keeps showing: a wall of six by four. */
export const maxFinishedShown = 24;

/** Points of the finished drawings that a page of a wall keeps showing: ten digits each. The newest drawing stays, whatever it has. */
export const maxFinishedPoints = 24_000;

/** Open drawings on one page of a wall; a large room has several, and everybody gets the ink of the one they look at. */
export const openPerPage = 64;

/** Pages one may ask for: no room has as many people. */
export const maxOpenPages = 1_000;

/** Unsent bytes at which a reader that cannot keep up is cut off. */
export const maxUnsentBytes = 262_144;

/** Round trip of the slowest line on which people stay connected: a crowded mobile cell, a satellite. */
export const slowRoundTripMs = 5_000;

/** Time a reader may stay behind before it is cut off. */
export const maxBehindMs = 10_000;

/** Silence after which a person counts as gone: a page reload takes less. */
export const leaveAfterMs = 3_000;

/** Time a session's drawings wait for it to come back: a lift, a locked phone, a page reload. */
export const graceMs = 60_000;
