import type { AddressInfo } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { isLoopback } from '../../shared/loopback.ts';

export type Interfaces = ReturnType<typeof networkInterfaces>;

/**
 * Interface names of bridges to containers and virtual machines, tunnels, VPNs and mobile networks, which phones in
 * the room cannot reach.
 */
const unreachableNames = new RegExp(
  [
    '^(docker|br-[0-9a-f]{12}$|veth|virbr|vnet|vmnet|vmenet|vboxnet|vnic|lxcbr|lxdbr|incusbr|podman|cni|flannel|cali|cilium|kube|nerdctl|weave|dummy)',
    '^bridge1\\d\\d$', // macOS, for virtual machines and shared connections
    '^(tun|tap|wg|utun|ipsec|ppp|zt|feth|tailscale|nordlynx|proton|gpd|ww|rmnet|awdl|llw|anpi)',
    'vethernet|virtualbox|vmware|hyper-v|wsl|loopback|bluetooth|local area connection\\*',
    'vpn|tailscale|zerotier|wireguard|hamachi|warp|mullvad|nordlynx|wintun|\\btap\\b',
  ].join('|'),
  'i',
);
/** Hardware addresses of Docker's bridges and of the host-only networks of VirtualBox and VMware, under any name. */
const unreachableMacs = /^(02:42:|0a:00:27:|00:50:56:c0:00:)/;
/** Link-local addresses, those of carriers and of Tailscale, and those for documentation and benchmarks. */
const unreachableRanges =
  /^(0\.|127\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|198\.1[89]\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.)/;
const privateRanges = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/;
const networkCardNames = /^(en|eth|wl|wi-?fi|ethernet|lan)/i;

/** IPv4 addresses of this machine that phones in the same network may reach, the likeliest first. */
export function rankAddresses(interfaces: Interfaces): string[] {
  const reachable = Object.entries(interfaces).flatMap(([name, infos = []]) =>
    infos
      .filter(info => isReachable(name, info))
      .map(({ address }) => ({ address, rank: rankOf(name, address) })),
  );
  return reachable.sort((one, other) => one.rank - other.rank).map(({ address }) => address);
}

function isReachable(name: string, { address, family, internal, mac }: NetworkInterfaceInfo): boolean {
  if (family !== 'IPv4' || internal || unreachableRanges.test(address)) return false;
  return !unreachableNames.test(name) && !unreachableMacs.test(mac.toLowerCase());
}

/**
 * A lower rank is likelier. A private address belongs to the network of a school or a home; a public one is often
 * behind a firewall.
 */
function rankOf(name: string, address: string): number {
  return (privateRanges.test(address) ? 0 : 2) + (networkCardNames.test(name) ? 0 : 1);
}

/** The interfaces of this machine; none if the system forbids listing them, as Android does. */
export function readInterfaces(): Interfaces {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}

export interface NetworkParts {
  /** The address that the server listens on. */
  listening: AddressInfo | string | null;
  /** Whether the server runs in a container. */
  contained: boolean;
  interfaces: Interfaces;
}

/**
 * Origins at which phones may reach this server, the likeliest first. Each one is a guess; in a container there is
 * none.
 */
export function guessOrigins({ listening, contained, interfaces }: NetworkParts): string[] {
  const bound = boundHost(listening);
  if (contained || bound === undefined) return [];
  const hosts = bound.host === everyHost ? rankAddresses(interfaces) : [bound.host];
  return hosts.filter(host => !isLoopback(host)).map(host => originOf(host, bound.port));
}

/** The origin at which a browser on this machine reaches the server. */
export function localOrigin(listening: NetworkParts['listening']): string {
  const { host, port } = boundHost(listening) ?? { host: everyHost, port: 80 };
  return originOf(host === everyHost ? 'localhost' : host, port);
}

const everyHost = '*';

function boundHost(listening: NetworkParts['listening']) {
  if (listening === null || typeof listening === 'string') return undefined;
  const { address, port } = listening;
  if (address === '::' || address === '0.0.0.0') return { host: everyHost, port };
  return { host: address.includes(':') ? `[${address}]` : address, port };
}

const originOf = (host: string, port: number) => new URL(`http://${host}:${port}`).origin;
