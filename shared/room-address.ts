import { maxRoomLength } from './limits.ts';

/**
 * The room's name for an address, as near to what a person wrote as an address allows; '' if it has no Latin letters or
 * digits.
 */
export function addressable(written: string): string {
  return written
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxRoomLength)
    .replace(/^-+|-+$/g, '');
}
