import type { ServerToClient } from '../../shared/protocol.ts';
import type { InklingSocket } from './socket-types.ts';

/** An event as it goes to any number of connections: written out once, and framed once for WebSockets. */
export interface EncodedEvent {
  text: string;
  options: { compress: false; wsPreEncodedFrame: [Buffer] };
}

/** What Socket.IO's own encoder writes of an event without binary parts. */
export function encodeEvent<Event extends keyof ServerToClient>(
  event: Event,
  ...payload: Parameters<ServerToClient[Event]>
): EncodedEvent {
  const text = `2${JSON.stringify([event, ...payload])}`;
  return { text, options: { compress: false, wsPreEncodedFrame: [webSocketFrame(`4${text}`)] } };
}

/** Past Socket.IO's rooms and encoder, straight to the connection: header and payload leave in one write. */
export function sendEncoded({ conn }: InklingSocket, { text, options }: EncodedEvent) {
  conn.write(text, options);
}

const wholeText = 0x81;
/** Up to here the length stands in the second byte; 126 and 127 there say that two or eight bytes of it follow. */
const shortLength = 125;

/** A text frame as a server sends it, unmasked: RFC 6455, 5.2. */
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
