import { Decoder, Encoder } from 'socket.io-parser';

/** How a `draw` that wants no ack begins on the wire of Socket.IO. */
const beginning = '2["draw",';
const isDraw = (packet: unknown): packet is string =>
  typeof packet === 'string' && packet.startsWith(beginning);

/** A connection's packets, as they come. */
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

/** For a server whose connections go through `takeDraws`. */
export const parser = { Encoder, Decoder: WithoutDraws };

/**
 * Nearly everything that comes in is a `draw`. Socket.IO's decoder and its two turns of the queue would take longer
 * than all that is done with it, so it is taken as it comes off the connection. Returns what ends that.
 */
export function interceptDraws(wire: Wire, take: (payload: unknown) => void): () => void {
  /** Something that goes the usual way waits in the queue: what was said after it is done after it. */
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

/** Undefined where there is no JSON. */
function payloadOf(packet: string): { value: unknown } | undefined {
  try {
    const [, value]: unknown[] = JSON.parse(packet.slice(1));
    return { value };
  } catch {
    return undefined;
  }
}
