import type { ServerToClient } from '../../shared/events.ts';
import type { InklingSocket } from './socket-types.ts';

/** An event for any number of connections, encoded once and framed once for WebSockets. */
export interface EncodedEvent {
  text: string;
  options: { compress: false; wsPreEncodedFrame: [Buffer] };
}

/** The output of Socket.IO's own encoder for an event without binary parts. */
export function encodeEvent<Event extends keyof ServerToClient>(
  event: Event,
  ...payload: Parameters<ServerToClient[Event]>
): EncodedEvent {
  const text = `2${JSON.stringify([event, ...payload])}`;
  return { text, options: { compress: false, wsPreEncodedFrame: [webSocketFrame(`4${text}`)] } };
}

/** Writes directly to the connection, past Socket.IO's rooms and encoder, with header and payload in one write. */
export function sendEncoded({ conn }: InklingSocket, { text, options }: EncodedEvent) {
  conn.write(text, options);
}

const wholeText = 0x81;
/** Largest length in the second byte; 126 and 127 there announce a length of two or eight bytes. */
const shortLength = 125;

/** An unmasked text frame of a server: RFC 6455, 5.2. */
function webSocketFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length <= shortLength ? 2 : length <= 0xffff ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = wholeText;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, head);
  return frame;
}
