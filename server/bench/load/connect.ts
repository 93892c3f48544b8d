import { io } from 'socket.io-client';
import { Decoder, Encoder } from 'socket.io-parser';
import type { Pace, Welcome } from '../../../shared/protocol.ts';
import type { TestClient } from '../../testing/server.ts';

const framePrefix = '2["frame",';

export interface Listening {
  /**
   * Receives a frame as its JSON text, `bytes` long on the wire. Frames are not parsed here, so that hundreds of
   * people fit in one process.
   */
  onFrame?(json: string, bytes: number): void;
  /** The server's pace, from the first message on. */
  onPace?(pace: Pace): void;
  /** Any other event, by its bytes on the wire. */
  onOther?(bytes: number): void;
}

export interface RoomAddress {
  /** Of the server. */
  url: string;
  room: string;
}

/** Joins a room. */
export function join(
  { url, room }: RoomAddress,
  { onFrame, onPace, onOther }: Listening = {},
): Promise<TestClient> {
  class RawFrames extends Decoder {
    override add(packet: unknown) {
      const isText = typeof packet === 'string';
      if (isText && packet.startsWith(framePrefix))
        onFrame?.(packet.slice(framePrefix.length, -1), Buffer.byteLength(packet) + 1);
      else {
        if (isText) onOther?.(Buffer.byteLength(packet) + 1);
        super.add(packet);
      }
    }
  }
  const client: TestClient = io(url, {
    auth: { protocol: 1, room },
    transports: ['websocket'],
    forceNew: true,
    // As in the page.
    reconnectionDelay: 300,
    reconnectionDelayMax: 2000,
    parser: { Encoder, Decoder: RawFrames },
  });
  if (onPace) client.on('pace', onPace);
  // A reconnecting client keeps its session.
  client.on('welcome', ({ session }: Welcome) => {
    client.auth = { protocol: 1, room, session: session ?? undefined };
  });
  return new Promise((resolve, reject) => {
    const refused = (error: Error) => {
      client.close();
      reject(new Error(`A client of the bench was refused: ${error.message}`));
    };
    client.once('connect_error', refused);
    client.once('welcome', () => {
      // After the first connection socket.io retries by itself, however often it fails.
      client.off('connect_error', refused);
      resolve(client);
    });
  });
}
