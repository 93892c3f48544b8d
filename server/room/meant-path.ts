import { addressable } from '../../shared/room-address.ts';

const places = ['wall', 'lab', 'privacy'];

/**
 * The path of the page that a person means who wrote `path` in their own way, with capitals, spaces or a slash at the
 * end; undefined if no page is like it. A room is found under the name that the dialog would give it.
 */
export function meantPath(path: string): string | undefined {
  if (!isDecodable(path)) return undefined;
  const [first, ...rest] = path
    .split('/')
    .map(part => decodeURIComponent(part).trim())
    .filter(part => part !== '');
  const isRoom = first?.toLowerCase() === 'r';
  const room = isRoom ? addressable(rest.shift() ?? '') : undefined;
  if (room === '') return undefined;
  const [place, ...more] = (isRoom ? rest : [first ?? '', ...rest]).map(part => part.toLowerCase());
  if (more.length > 0 || (place && !places.includes(place))) return undefined;
  return `${room === undefined ? '' : `/r/${room}`}${place ? `/${place}` : ''}` || '/';
}

/** Whether each % begins a byte of valid UTF-8. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
