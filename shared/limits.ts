/** Limits that both ends obey, each with its reason. */

/**
 * The square pad: integer coordinates 0…1023, y down. Ten bits exceed the resolution of any phone and stay short as
 * text.
 */
export const padUnits = 1024;

/** Points that one `draw` may append: two seconds of a 500 Hz pen in a stalled tab. */
export const maxPointsPerDraw = 1024;

/** Points of one drawing: a minute and a half of a 120 Hz pen without lifting. */
export const maxPointsPerDrawing = 10_000;

/** Strokes of one drawing: a digit has four at most, a page of dots a hundred or two. */
export const maxStrokesPerDrawing = 256;

/**
 * Bytes of one event. An event of 100,000 points still arrives and is refused with a reason; a larger frame is not
 * parsed: the connection closes with WebSocket code 1009.
 */
export const maxEventBytes = 1_048_576;

/** Drawings that one session may have open: one per hand on a shared tablet, and one being handed over. */
export const maxOpenDrawings = 4;

/** Characters of a person's name, as many as a tile can show. */
export const maxNameLength = 40;

/** Characters of a room's name, as many as a person types from a projector. */
export const maxRoomLength = 32;

/** The page commits to a numeral from this top probability on; below it the prediction is undecided. */
export const decidedAt = 0.8;

/** A room's tick: two video frames. */
export const tickMs = 33;

/** Tick of a small room, one video frame: few subscribers make it cheap. */
export const smallRoomTickMs = 16;

/** Largest number of people in a small room. */
export const smallRoomPeople = 8;

/** Shortest interval between two predictions of a tile on the wall: faster changes are unreadable. */
export const wallGuessMs = 100;

/** Finished drawings that a room shows: a wall of six by four. */
export const maxFinishedShown = 24;

/**
 * Points of the finished drawings that a page shows: about ten digits' worth each. The newest drawing stays, whatever
 * its size.
 */
export const maxFinishedPoints = 24_000;

/**
 * Open drawings on one page of a wall; a large room has several pages, and a subscriber gets the ink of the page they
 * view.
 */
export const openPerPage = 64;

/** Largest page number that a client may request: no room has as many people. */
export const maxOpenPages = 1_000;

/** Unsent bytes at which a slow client is disconnected. */
export const maxUnsentBytes = 262_144;

/** Longest round trip of a connection that must stay usable: a crowded mobile cell, a satellite. */
export const slowRoundTripMs = 5_000;

/** Time that a client may stay behind before it is disconnected. */
export const maxBehindMs = 10_000;

/** Silence after which a person is absent: a page reload takes less. */
export const leaveAfterMs = 3_000;

/** Time that a session's drawings stay open after its last connection: a lift, a locked phone, a page reload. */
export const graceMs = 60_000;

/** The most that a room's host may let a lesson forget: the drop on MNIST since the base model, 0…1. */
export const maxRoomPrice = 0.1;
