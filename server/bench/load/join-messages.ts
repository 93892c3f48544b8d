/** People who join one after the other at this pace and stay. */
export interface ToJoiners {
  url: string;
  room: string;
  perSecond: number;
  seconds: number;
}

export interface Joined {
  /** For each, the time from the connection attempt to `welcome`. */
  tookMs: number[];
  /** For each, the bytes on the wire until then, without frames. */
  bytes: number[];
  refused: number;
}
