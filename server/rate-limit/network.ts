import { isIPv6 } from 'node:net';

/** The prefix `v6-` before hexadecimal digits: a key without a colon is not parsed again. */
const prefix = 'v6-';

/**
 * The key of an address for limits: an IPv4 address itself, also in IPv6 notation; for IPv6 the first 64 bits,
 * because one internet connection has 2⁶⁴ addresses or more.
 */
export function networkOf(address: string): string {
  const groups = groupsOf(address);
  if (groups === undefined) return address;
  const mapped = groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff;
  if (mapped)
    return groups
      .slice(6)
      .flatMap(group => [group >> 8, group & 255])
      .join('.');
  return prefix + groups.slice(0, 4).map(hex).join('');
}

/** The 48-bit network around a 64-bit one, typical of a school or a hosting customer; undefined for IPv4. */
export function siteOf(network: string): string | undefined {
  return network.startsWith(prefix) ? network.slice(0, prefix.length + 12) : undefined;
}

const hex = (group: number) => group.toString(16).padStart(4, '0');

/** The eight groups of an IPv6 address; undefined for other text. */
function groupsOf(address: string): number[] | undefined {
  const bare = address.split('%')[0];
  if (!isIPv6(bare)) return undefined;
  const [head, tail] = bare.split('::').map(part => part.split(':').filter(Boolean).flatMap(numbersOf));
  if (tail === undefined) return head;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** A group is a hexadecimal number; the last two may be written as an IPv4 address. */
function numbersOf(group: string): number[] {
  if (!group.includes('.')) return [Number.parseInt(group, 16)];
  const [a, b, c, d] = group.split('.').map(Number);
  return [(a << 8) | b, (c << 8) | d];
}
