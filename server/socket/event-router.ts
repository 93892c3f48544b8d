import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Ack, Refusal } from '../../shared/ack.ts';
import { type HostAction, type HostView, hostSchema } from '../../shared/host-protocol.ts';
import { maxPointsPerDrawing } from '../../shared/limits.ts';
import {
  type Draw,
  drawSchema,
  finishSchema,
  labelSchema,
  lookSchema,
  readDraw,
  redrawSchema,
} from '../../shared/protocol.ts';
import type { Metrics } from '../core/metrics.ts';
import { rateLimited, refuse, refuseInput } from '../core/refusal.ts';
import type { Drawings } from '../drawing/drawing-service.ts';
import type { LabelNetworks } from '../drawing/label-networks.ts';
import type { Drawer } from '../drawing/live-drawing.ts';
import {
  addressEvents,
  addressPoints,
  bigEventPoints,
  pointsPerEvent,
  pointsPerPageChange,
  roomEvents,
  serverPoints,
  sessionEvents,
  sessionHostActions,
  sessionLabels,
  sessionPoints,
} from '../rate-limit/rate-limits.ts';
import { createLimiter } from '../rate-limit/token-bucket.ts';
import type { ResendThrottle } from './resend-throttle.ts';

/** The connection that sends the events. */
export interface Sender {
  session: string;
  address: string;
  room: string;
  drawer: Drawer;
  resender: ResendThrottle;
  /** Why the room's host lets the sender neither draw nor label now. */
  refusalToDraw(): Refusal | undefined;
  /** Does what a host asks for in the room. */
  act(action: HostAction): Promise<Ack<HostView>>;
}

export interface EventRouterParts {
  drawings: Pick<Drawings, 'draw' | 'redraw' | 'finish' | 'label'>;
  networks: Pick<LabelNetworks, 'labels'>;
  metrics: Metrics;
  log: Logger;
  /** Milliseconds, monotonic. */
  now(): number;
}

type Answer = Ack | Ack<{ sample: number }> | Ack<HostView>;
type Handler = (payload: unknown, sender: Sender) => Answer | Promise<Answer>;

interface Incoming {
  event: string;
  payload: unknown;
  ack?: ((answer: Answer) => void) | undefined;
}

/** Rate-limits, parses and acknowledges client events; `drawings` implements them. */
export function createEventRouter({ drawings, networks, metrics, log, now }: EventRouterParts) {
  const limits = {
    sessions: createLimiter(sessionEvents, now),
    addresses: createLimiter(addressEvents, now),
    rooms: createLimiter(roomEvents, now),
    labels: createLimiter(sessionLabels, now),
    hostActions: createLimiter(sessionHostActions, now),
    sessionPoints: createLimiter(sessionPoints, now),
    addressPoints: createLimiter(addressPoints, now),
    serverPoints: createLimiter(serverPoints, now),
  };

  const handlers = new Map<string, Handler>([
    [
      'draw',
      parsedBy(readOrParseDraw, (draw, { drawer, resender, refusalToDraw }) => {
        const refusal = refusalToDraw();
        if (refusal !== undefined) return refusal;
        const result = drawings.draw(drawer, draw);
        if (result === 'resend') resender.ask(draw.drawing, 0);
        if (typeof result !== 'object') return { ok: true };
        if (result.retryAfterMs !== undefined) resender.ask(draw.drawing, result.retryAfterMs);
        return result;
      }),
    ],
    [
      'redraw',
      parsedBy(
        redrawSchema.safeParse,
        (redraw, { drawer, refusalToDraw }) => refusalToDraw() ?? drawings.redraw(drawer, redraw),
      ),
    ],
    ['finish', parsedBy(finishSchema.safeParse, (finish, { drawer }) => drawings.finish(drawer, finish))],
    [
      'look',
      parsedBy(lookSchema.safeParse, ({ page }, { drawer }) => {
        drawer.setPage(page);
        return { ok: true };
      }),
    ],
    [
      'label',
      parsedBy(labelSchema.safeParse, (label, { drawer, address, refusalToDraw }) => {
        const refusal = refusalToDraw();
        if (refusal !== undefined) return refusal;
        const retryAfterMs = limits.labels.take(drawer.session);
        if (retryAfterMs > 0) return rateLimited(retryAfterMs);
        networks.labels(drawer.session, address);
        return drawings.label(drawer, label);
      }),
    ],
    [
      'host',
      parsedBy(hostSchema.safeParse, (action, { drawer, act }) => {
        const retryAfterMs = limits.hostActions.take(drawer.session);
        return retryAfterMs > 0 ? rateLimited(retryAfterMs) : act(action);
      }),
    ],
  ]);

  /**
   * Only handlers that wait for the database return a promise: a promise per `draw` would cost more than the `draw`.
   */
  function receive(sender: Sender, { event, payload, ack }: Incoming): Promise<void> | undefined {
    const handler = handlers.get(event);
    // The name of an unknown event is untrusted text, so it is no metric label.
    const label = handler === undefined ? 'unknown' : event;
    metrics.received.inc({ event: label });
    const acknowledge = (answer: Answer) => {
      if (!answer.ok) metrics.refused.inc({ event: label, reason: answer.reason });
      ack?.(answer);
    };
    const size = pointsOf(payload);
    const isTooLarge = size > maxPointsPerDrawing;
    // An oversized event is charged only for reading it.
    const points = event === 'look' ? pointsPerPageChange : isTooLarge ? 0 : size;
    const cost = 1 + size / pointsPerEvent;
    const at = now();
    const retryAfterMs =
      limits.sessions.take(sender.session, cost, at) ||
      limits.addresses.take(sender.address, cost, at) ||
      limits.rooms.take(sender.room, cost, at) ||
      limits.sessionPoints.take(sender.session, points, at) ||
      limits.addressPoints.take(sender.address, points, at) ||
      (points > bigEventPoints ? limits.serverPoints.take('', points, at) : 0);
    if (retryAfterMs > 0) {
      const dropped = event === 'draw' ? finishSchema.safeParse(payload) : undefined;
      if (dropped?.success) sender.resender.ask(dropped.data.drawing, retryAfterMs);
      acknowledge(rateLimited(retryAfterMs));
    } else if (handler === undefined) acknowledge(refuse('invalid', 'There is no such event.'));
    else if (isTooLarge)
      acknowledge(
        refuse('too_large', `These are ${size} points; a drawing may have ${maxPointsPerDrawing}.`),
      );
    else {
      const answer = handler(payload, sender);
      if (answer instanceof Promise) return answer.then(acknowledge);
      acknowledge(answer);
    }
    return undefined;
  }

  return {
    /** Returns the event handler of a connection. */
    of(sender: Sender) {
      return (event: string, ...args: unknown[]) => {
        const last = args.at(-1);
        const ack = typeof last === 'function' ? (answer: unknown) => last(answer) : undefined;
        const failed = (error: unknown) => {
          log.error({ err: error, event }, 'an event could not be handled');
          ack?.(refuse('unavailable', 'Something went wrong here; try again.'));
        };
        try {
          receive(sender, { event, payload: args[0], ack })?.catch(failed);
        } catch (error) {
          failed(error);
        }
      };
    },
  };
}

function parsedBy<Value, Result>(
  parse: (payload: unknown) => z.ZodSafeParseResult<Value>,
  handle: (payload: Value, sender: Sender) => Result,
) {
  return (payload: unknown, sender: Sender): Result | Refusal => {
    const parsed = parse(payload);
    return parsed.success ? handle(parsed.data, sender) : refuseInput(parsed.error);
  };
}

function readOrParseDraw(payload: unknown): z.ZodSafeParseResult<Draw> {
  const data = readDraw(payload);
  return data === undefined ? drawSchema.safeParse(payload) : { success: true, data };
}

/** Number of points that an unparsed payload claims, for its cost; oversized payloads are refused later. */
function pointsOf(payload: unknown): number {
  if (typeof payload !== 'object' || payload === null) return 0;
  if ('points' in payload) return coordinatesOf(payload.points) / 2;
  if (!('strokes' in payload) || !Array.isArray(payload.strokes)) return 0;
  let coordinates = 0;
  for (const stroke of payload.strokes) coordinates += coordinatesOf(stroke);
  return coordinates / 2;
}

const coordinatesOf = (points: unknown) => (Array.isArray(points) ? points.length : 1);
