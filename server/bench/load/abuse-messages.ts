/** What one process of abusers does until it is told to stop. */
export type Abuse =
  /** Reads a path over and over, from so many connections at once. */
  | { kind: 'read'; path: string; connections: number; token?: string | undefined }
  /** Holds four drawings of 9,216 points in strokes as long as the pad, and appends a point to each every 33 ms. */
  | { kind: 'big drawings'; sessions: number }
  /** Appends 1,024 points a `draw`, as many draws a second as a session may send. */
  | { kind: 'big draws'; sessions: number }
  /** Joins a room of big finished drawings, so many people a second, each turning the page once. */
  | { kind: 'joins'; perSecond: number };

export type ToAbusers = { type: 'begin'; url: string; abuse: Abuse } | { type: 'stop' };

export interface AbuseReport {
  /** Requests, events or joins that were answered or sent. */
  done: number;
  /** Answers with a status other than 200, and acks that refuse. */
  refused: number;
  megabytes: number;
}
