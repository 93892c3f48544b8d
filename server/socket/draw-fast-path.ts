import { Decoder, Encoder } from 'socket.io-parser';

/** Start of a `draw` packet without an ack in Socket.IO's format. */
const drawPrefix = '2["draw",';
const isDraw = (packet: unknown): packet is string =>
  typeof packet === 'string' && packet.startsWith(drawPrefix);

/** The raw packets of a connection. */
interface Wire {
  on(event: 'data', listener: (packet: unknown) => void): unknown;
  off(event: 'data', listener: (packet: unknown) => void): unknown;
  close(): unknown;
}

class WithoutDraws extends Decoder {
  override add(packet: unknown) {
    if (!isDraw(packet)) super.add(packet);
  }
}

/** For a server whose connections use `interceptDraws`. */
export const parser = { Encoder, Decoder: WithoutDraws };

/**
 * Takes `draw` packets directly from the connection. Nearly all packets are draws, and Socket.IO's decoder and its
 * two extra turns cost more than handling them. Returns a function that stops it.
 */
export function interceptDraws(wire: Wire, take: (payload: unknown) => void): () => void {
  /** A non-draw packet is pending in Socket.IO's queue; later draws are deferred behind it to keep order. */
  let queued = false;

  function taken(packet: unknown) {
    if (!isDraw(packet)) {
      queued = true;
      process.nextTick(() => {
        queued = false;
      });
      return;
    }
    const payload = payloadOf(packet);
    if (payload === undefined) wire.close();
    else if (queued) process.nextTick(take, payload.value);
    else take(payload.value);
  }

  wire.on('data', taken);
  return () => wire.off('data', taken);
}

/** Undefined if the packet is not valid JSON. */
function payloadOf(packet: string): { value: unknown } | undefined {
  try {
    const [, value]: unknown[] = JSON.parse(packet.slice(1));
    return { value };
  } catch {
    return undefined;
  }
}
