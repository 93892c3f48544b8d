/** People who come in one after the other, at this pace, and stay. */
export interface ToJoiners {
  url: string;
  room: string;
  perSecond: number;
  seconds: number;
}

export interface Joined {
  /** For each, from asking for a connection to the welcome. */
  tookMs: number[];
  /** For each, everything but frames until then, on the wire. */
  bytes: number[];
  refused: number;
}
