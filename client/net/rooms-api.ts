import { parseReply } from './api.ts';
import type { Answer } from './retry.ts';

/** The HTTP interface of rooms and their hosts. */
export function createRoomsApi(request: (path: string, init?: RequestInit) => Promise<Response>) {
  async function send<Value = undefined>(path: string, init: RequestInit): Promise<Answer<Value>> {
    const response = await request(path, init).catch(() => undefined);
    return parseReply<Value>(await response?.json().catch(() => undefined));
  }
  const pathOf = (room: string) => `/api/rooms/${encodeURIComponent(room)}`;

  return {
    /** Under a made-up name if `name` is empty. */
    make: (name: string) =>
      send<{ room: string; key: string }>('/api/rooms', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(name === '' ? {} : { name }),
      }),
    key: (room: string) => send<{ key: string | null }>(`${pathOf(room)}/key`, { method: 'GET' }),
    renewKey: (room: string) => send<{ key: string }>(`${pathOf(room)}/key`, { method: 'POST' }),
    end: (room: string) => send(pathOf(room), { method: 'DELETE' }),
  };
}
