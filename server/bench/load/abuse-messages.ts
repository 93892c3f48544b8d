/** The work of one process of abusers until it is stopped. */
export type Abuse =
  /** Reads a path repeatedly over this many connections. */
  | { kind: 'read'; path: string; connections: number; token?: string | undefined }
  /**
   * Keeps four drawings of 9,216 points in strokes as long as the pad open, and appends a point to each every 33 ms.
   */
  | { kind: 'big drawings'; sessions: number }
  /** Appends 1,024 points per `draw`, at the rate that a session may send. */
  | { kind: 'big draws'; sessions: number }
  /** Joins a room of large finished drawings, so many people a second, each of whom turns the page once. */
  | { kind: 'joins'; perSecond: number };

export type ToAbusers = { type: 'begin'; url: string; abuse: Abuse } | { type: 'stop' };

export interface AbuseReport {
  /** Answered or sent requests, events or joins. */
  done: number;
  /** Responses with a status other than 200, and refusing acks. */
  refused: number;
  megabytes: number;
}
