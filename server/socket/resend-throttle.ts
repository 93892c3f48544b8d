/**
 * The response takes a round trip, and it must arrive before another request, because it costs more than one `draw`.
 */
const resendPauseMs = 500;

export interface ResendThrottle {
  /** Requests a whole drawing after `afterMs`. */
  ask(drawing: string, afterMs: number): void;
  stop(): void;
}

/**
 * Merges requests: however many appends of a connection were dropped, the whole drawing is requested once, and once
 * more if appends were dropped afterwards.
 */
export function createResendThrottle(send: (drawing: string) => void): ResendThrottle {
  /** A request is pending or recent; `next` is the drawing to request when the pause ends. */
  let asking: { timer: NodeJS.Timeout; next: string | undefined } | undefined;

  function ask(drawing: string, afterMs: number) {
    if (asking !== undefined) {
      asking.next = drawing;
      return;
    }
    if (afterMs === 0) send(drawing);
    const timer = setTimeout(() => {
      const next = asking?.next;
      asking = undefined;
      if (next !== undefined) ask(next, 0);
    }, afterMs + resendPauseMs);
    asking = { timer, next: afterMs === 0 ? undefined : drawing };
  }

  return { ask, stop: () => clearTimeout(asking?.timer) };
}
