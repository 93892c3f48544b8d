import type { Allowance } from './token-bucket.ts';

/** How much one session, one address and one room may send. In events; a whole redraw costs by its size. */

/** A browser sends one `draw` a video frame, 60 to 120 a second; catching up after a stall bursts. */
export const sessionEvents: Allowance = { perSecond: 150, burst: 400 };

/** A school hall of five hundred behind one address, half of them with the pen down. */
export const addressEvents: Allowance = { perSecond: 25_000, burst: 50_000 };

/** The same hall in one room. */
export const roomEvents: Allowance = { perSecond: 25_000, burst: 50_000 };

/** Labels come at the speed of a finger; retries after an outage come at once. */
export const sessionLabels: Allowance = { perSecond: 5, burst: 40 };

/** A hall joins in the same minute, and once more when the server restarts. */
export const addressConnections: Allowance = { perSecond: 100, burst: 2_000 };

/** Points of an event that cost as much as the event. */
export const pointsPerEvent = 256;

/** Points: pens of 500 Hz in four hands; coming back with two full drawings. */
export const sessionPoints: Allowance = { perSecond: 2_000, burst: 20_000 };

/** A hall of five hundred, all with the pen down, on tablets of 240 Hz. */
export const addressPoints: Allowance = { perSecond: 120_000, burst: 1_000_000 };

/** Events with more points than a pen has in a quarter of a second share a tenth of a core: a hall that comes back does in two seconds. */
export const bigEventPoints = 64;
export const serverPoints: Allowance = { perSecond: 60_000, burst: 40_000 };

/** A page of the wall costs as much as this many points, and is turned by hand. */
export const pointsPerPageChange = 500;

/** What a stored drawing takes on disk without its ink, and each point of the ink. */
export const storedBytes = { drawing: 4_096, point: 9 };

/** Bytes that drawings and labels may take on disk: four usual drawings a second, a megabyte a minute. */
export const sessionStorage: Allowance = { perSecond: 16_384, burst: 262_144 };

/** A hall of five hundred who finish a drawing every five seconds. */
export const addressStorage: Allowance = { perSecond: 524_288, burst: 67_108_864 };

/** Four halls. */
export const serverStorage: Allowance = { perSecond: 2_097_152, burst: 268_435_456 };

/** Points that a drawing holds in memory for nothing: ten digits. */
export const freePoints = 1_024;

/** Points beyond that, of all drawings of one address and of the server: 16 bytes each, and as many while they are sent. */
export const maxBurstPoints = { address: 1_000_000, server: 4_000_000 };

/** Requests a second to the HTTP interface from one address: a hall of pages, each refreshing its list. */
export const addressRequests: Allowance = { perSecond: 500, burst: 3_000 };

/** Jobs one address may ask for: one at a time runs anyway, a class shares the button. */
export const jobRequests: Allowance = { perSecond: 0.1, burst: 6 };

/** Guesses at the admin token: enough for typing errors. */
export const adminAttempts: Allowance = { perSecond: 0.2, burst: 10 };

/** Browsers of a class that lend their graphics cards, all behind one address. */
export const joinRequests: Allowance = { perSecond: 1, burst: 60 };

/** A browser tells where it is every second, and so do the other tabs of its session. */
export const progressReports: Allowance = { perSecond: 4, burst: 20 };

/** Their uploads. */
export const uploadRequests: Allowance = { perSecond: 1, burst: 60 };

/** Questions why, each 65 readings: a class that presses the button together. */
export const explanationRequests: Allowance = { perSecond: 2, burst: 30 };

/** Bytes of weights, packs and lists of drawings that one address may read: a class whose browsers all begin to train. */
export const bigReadBytes: Allowance = { perSecond: 8_388_608, burst: 134_217_728 };
