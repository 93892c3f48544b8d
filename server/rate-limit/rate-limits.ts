import type { Allowance } from './token-bucket.ts';

/** Limits of events per session, address and room. A whole redraw costs by its size. */

/** A browser sends one `draw` per video frame, 60 to 120 a second, and a burst after a stall. */
export const sessionEvents: Allowance = { perSecond: 150, burst: 400 };

/** A school hall of five hundred behind one address, half of them with the pen down. */
export const addressEvents: Allowance = { perSecond: 25_000, burst: 50_000 };

/** The same hall in one room. */
export const roomEvents: Allowance = { perSecond: 25_000, burst: 50_000 };

/** A person labels at the speed of a finger; retries after an outage come as a burst. */
export const sessionLabels: Allowance = { perSecond: 5, burst: 40 };

/** A host taps as fast as a finger, and an open panel asks for what waits. */
export const sessionHostActions: Allowance = { perSecond: 5, burst: 40 };

/** Rooms that a school makes behind one address, each a row of the database. */
export const addressRooms: Allowance = { perSecond: 0.1, burst: 60 };

/** A hall joins within one minute, and again when the server restarts. */
export const addressConnections: Allowance = { perSecond: 100, burst: 2_000 };

/** Number of points that cost as much as one event. */
export const pointsPerEvent = 256;

/** Points: pens of 500 Hz in four hands; a reconnection with two full drawings. */
export const sessionPoints: Allowance = { perSecond: 2_000, burst: 20_000 };

/** A hall of five hundred, all with the pen down, on tablets of 240 Hz. */
export const addressPoints: Allowance = { perSecond: 120_000, burst: 1_000_000 };

/**
 * Events with more points than a pen draws in a quarter of a second share a tenth of a core: a hall reconnects in two
 * seconds.
 */
export const bigEventPoints = 64;
export const serverPoints: Allowance = { perSecond: 60_000, burst: 40_000 };

/** Requesting a page of the wall costs as much as this many points; people turn pages by hand. */
export const pointsPerPageChange = 500;

/** Bytes on disk of a stored drawing without its ink, and of each point. */
export const storedBytes = { drawing: 4_096, point: 9 };

/** Bytes that drawings and labels take on disk: four usual drawings a second, a megabyte a minute. */
export const sessionStorage: Allowance = { perSecond: 16_384, burst: 262_144 };

/** A hall of five hundred who finish a drawing every five seconds. */
export const addressStorage: Allowance = { perSecond: 524_288, burst: 67_108_864 };

/** Four halls. */
export const serverStorage: Allowance = { perSecond: 2_097_152, burst: 268_435_456 };

/** Points that every drawing may hold in memory without being counted: ten digits. */
export const freePoints = 1_024;

/** Limits of counted points, per address and for the server: 16 bytes each, and as many again while they are sent. */
export const maxBurstPoints = { address: 1_000_000, server: 4_000_000 };

/** Requests a second to the HTTP interface from one address: a hall of pages, each refreshing its list. */
export const addressRequests: Allowance = { perSecond: 500, burst: 3_000 };

/** Requests for jobs per address: only one job runs at a time, and a class shares the button. */
export const jobRequests: Allowance = { perSecond: 0.1, burst: 6 };

/** Attempts at the admin token: enough for typing errors. */
export const adminAttempts: Allowance = { perSecond: 0.2, burst: 10 };

/** Browsers of a class that train, all behind one address. */
export const joinRequests: Allowance = { perSecond: 1, burst: 60 };

/** A browser reports progress every second, and so may other tabs of its session. */
export const progressReports: Allowance = { perSecond: 4, burst: 20 };

/** Uploads of those browsers. */
export const uploadRequests: Allowance = { perSecond: 1, burst: 60 };

/** Requests for explanations, each 65 predictions: a class that presses the button together. */
export const explanationRequests: Allowance = { perSecond: 2, burst: 30 };

/** Requests for readings of ink that is not stored: a class that opens the page together. */
export const readingRequests: Allowance = { perSecond: 2, burst: 60 };

/** Bytes of weights, packs and sample lists per address: a class whose browsers all start training. */
export const bigReadBytes: Allowance = { perSecond: 8_388_608, burst: 134_217_728 };
