import { isIPv6 } from 'node:net';

/** The prefix `v6-` and hexadecimal digits: a name without a colon is a network already. */
const prefix = 'v6-';

/**
 * Whose address it is, for limits: an IPv4 address stands for itself, as IPv6 writes it too; of IPv6, one connection
 * to the internet has 2⁶⁴ addresses or more, so its first 64 bits stand for it.
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

/** The network of 48 bits around one of 64, as a school or a customer of a host has it; undefined for IPv4. */
export function siteOf(network: string): string | undefined {
  return network.startsWith(prefix) ? network.slice(0, prefix.length + 12) : undefined;
}

const hex = (group: number) => group.toString(16).padStart(4, '0');

/** The eight groups of an IPv6 address; undefined for anything else. */
function groupsOf(address: string): number[] | undefined {
  const bare = address.split('%')[0];
  if (!isIPv6(bare)) return undefined;
  const [head, tail] = bare.split('::').map(part => part.split(':').filter(Boolean).flatMap(numbersOf));
  if (tail === undefined) return head;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** A group is a hexadecimal number; the last two may stand as an IPv4 address. */
function numbersOf(group: string): number[] {
  if (!group.includes('.')) return [Number.parseInt(group, 16)];
  const [a, b, c, d] = group.split('.').map(Number);
  return [(a << 8) | b, (c << 8) | d];
}
