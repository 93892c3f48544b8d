/** The answer takes a round trip, and what it costs more than one `draw` must have come back. */
const resendPauseMs = 500;

export interface ResendThrottle {
  /** Asks for a whole drawing, `afterMs` from now. */
  ask(drawing: string, afterMs: number): void;
  stop(): void;
}

/**
 * However many appends of a connection did not fit or had to be dropped, the drawing is asked for once, and once more
 * if some came after.
 */
export function createResendThrottle(send: (drawing: string) => void): ResendThrottle {
  /** Asked a moment ago, or will be; `next` is the one to ask for when the moment is over. */
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
