import { Sender } from 'ws';
import type { ServerToClient } from '../../shared/events.ts';
import type { InklingSocket } from './socket-types.ts';

declare module 'ws' {
  /** Exported by `ws`, and missing in its types. */
  const Sender: {
    frame(
      data: Buffer,
      options: { fin: boolean; opcode: number; mask: boolean; readOnly: boolean; rsv1: boolean },
    ): Buffer[];
  };
}

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

const wholeText = { fin: true, opcode: 1, mask: false, readOnly: false, rsv1: false };

/** Header and payload are one buffer, so that each connection costs one write. */
function webSocketFrame(text: string): Buffer {
  return Buffer.concat(Sender.frame(Buffer.from(text), wholeText));
}
