import { io } from 'socket.io-client';
import { Decoder, Encoder } from 'socket.io-parser';
import type { Welcome } from '../../shared/protocol.ts';
import type { TestClient } from '../test-server.ts';

const framePrefix = '2["frame",';

/**
 * Joins a room. Frames never become objects here, so that hundreds of people fit in one process: `onFrame` gets
 * the frame's JSON as it came, `bytes` long on the wire.
 */
export function join(
  { url, room }: { url: string; room: string },
  onFrame: (json: string, bytes: number) => void = () => {},
): Promise<TestClient> {
  class RawFrames extends Decoder {
    override add(packet: unknown) {
      if (typeof packet === 'string' && packet.startsWith(framePrefix))
        onFrame(packet.slice(framePrefix.length, -1), Buffer.byteLength(packet) + 1);
      else super.add(packet);
    }
  }
  const client: TestClient = io(url, {
    auth: { protocol: 1, room },
    transports: ['websocket'],
    forceNew: true,
    parser: { Encoder, Decoder: RawFrames },
  });
  // Coming back after a lost connection as the same person.
  client.on('welcome', ({ session }: Welcome) => {
    client.auth = { protocol: 1, room, session: session ?? undefined };
  });
  return new Promise((resolve, reject) => {
    client.once('welcome', () => resolve(client));
    client.once('connect_error', error => {
      client.close();
      reject(new Error(`A client of the bench was refused: ${error.message}`));
    });
  });
}
