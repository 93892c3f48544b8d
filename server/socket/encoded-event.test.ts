import { Decoder, type Packet } from 'socket.io-parser';
import { expect, test } from 'vitest';
import { encodeEvent } from './encoded-event.ts';

/** The payload of a WebSocket frame: RFC 6455, 5.2. */
function payloadOf(frame: Buffer): string {
  expect(frame[0]).toBe(0x81);
  const short = frame[1]!;
  const [head, length] =
    short < 126 ? [2, short] : short === 126 ? [4, frame.readUInt16BE(2)] : [10, frame.readUIntBE(4, 6)];
  expect(frame.length).toBe(head + length);
  return frame.toString('utf8', head);
}

function decoded(text: string): unknown {
  const decoder = new Decoder();
  let packet: Packet | undefined;
  decoder.on('decoded', (found: Packet) => {
    packet = found;
  });
  decoder.add(text);
  return packet?.data;
}

test.each([0, 80, 85, 200, 65_400, 65_600, 300_000])(
  '[F1] an event encoded once is the same as Socket.IO’s own (drawing with a name of %i characters)',
  length => {
    const resend = { drawing: 'é'.repeat(length) };
    const { text, options } = encodeEvent('resend', resend);
    expect(decoded(text)).toEqual(['resend', resend]);
    expect(payloadOf(options.wsPreEncodedFrame[0])).toBe(`4${text}`);
  },
);
