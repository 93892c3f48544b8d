import { describe, expect, test } from 'vitest';
import {
  guessOrigins,
  type Interfaces,
  localOrigin,
  rankAddresses,
  readInterfaces,
} from './network-address.ts';

/** Interfaces as Node lists them, each with one IPv4 address. */
function interfacesOf(addresses: Record<string, string>, mac = '9c:6b:00:11:22:33'): Interfaces {
  return Object.fromEntries(
    Object.entries(addresses).map(([name, address]) => {
      const internal = address.startsWith('127.');
      return [name, [{ address, netmask: '', mac, internal, cidr: null, family: 'IPv4' as const }]];
    }),
  );
}

describe('the address of the network card comes first', () => {
  test.each<[string, Record<string, string>, string[]]>([
    [
      'Docker and its networks',
      { lo: '127.0.0.1', docker0: '172.17.0.1', 'br-0123456789ab': '172.18.0.1', enp3s0: '192.168.1.20' },
      ['192.168.1.20'],
    ],
    [
      'virtual machines',
      { virbr0: '192.168.122.1', vboxnet0: '192.168.56.1', vmnet8: '172.16.8.1', eth0: '10.1.2.3' },
      ['10.1.2.3'],
    ],
    [
      'VPNs',
      { tun0: '10.8.0.2', wg0: '10.9.0.2', tailscale0: '100.101.1.2', wlan0: '192.168.0.7' },
      ['192.168.0.7'],
    ],
    [
      'a Mac',
      { lo0: '127.0.0.1', utun4: '10.20.0.3', bridge100: '192.168.64.1', en0: '192.168.178.21' },
      ['192.168.178.21'],
    ],
    [
      'Windows',
      {
        'vEthernet (WSL)': '172.29.0.1',
        'VirtualBox Host-Only Network': '192.168.56.1',
        'Local Area Connection* 2': '192.168.137.1',
        'Wi-Fi': '192.168.0.5',
      },
      ['192.168.0.5'],
    ],
    [
      'Kubernetes',
      { cni0: '10.42.0.1', 'flannel.1': '10.42.0.0', cali123: '10.42.0.9', ens18: '10.0.0.4' },
      ['10.0.0.4'],
    ],
    [
      'cable and wireless',
      { wlp2s0: '192.168.1.30', eno1: '192.168.1.20' },
      ['192.168.1.30', '192.168.1.20'],
    ],
    [
      'a network card before an interface of unknown kind',
      { br0: '10.0.0.1', eth0: '192.168.1.2' },
      ['192.168.1.2', '10.0.0.1'],
    ],
    [
      'a private address before a public one',
      { eth0: '93.184.216.34', mystery: '192.168.1.2' },
      ['192.168.1.2', '93.184.216.34'],
    ],
    [
      'a bridge to the network, as on a virtualisation host',
      { vmbr0: '192.168.1.9', 'br-lan': '192.168.2.1', veth1: '169.254.3.3' },
      ['192.168.1.9', '192.168.2.1'],
    ],
    ['link-local', { eth0: '169.254.10.20' }, []],
    ['a mobile network', { wwan0: '10.170.1.1', ppp0: '100.80.1.2' }, []],
    ['nothing but Docker', { lo: '127.0.0.1', docker0: '172.17.0.1' }, []],
    ['documentation addresses', { eth0: '192.0.2.2' }, []],
    [
      'of 172.x only 172.16 to 172.31 are private',
      { a: '172.32.0.1', b: '172.31.0.1' },
      ['172.31.0.1', '172.32.0.1'],
    ],
  ])('%s', (_what, addresses, ranked) => {
    expect(rankAddresses(interfacesOf(addresses))).toEqual(ranked);
  });

  test.each(['02:42:ac:11:00:01', '0A:00:27:00:00:07', '00:50:56:C0:00:08'])(
    'a virtual network is also recognised by its hardware address %s',
    mac => {
      expect(rankAddresses(interfacesOf({ 'Ethernet 3': '192.168.56.1' }, mac))).toEqual([]);
    },
  );

  test('IPv6 and missing lists are skipped', () => {
    const [ipv4] = interfacesOf({ eth0: '10.0.0.1' }).eth0!;
    const ipv6 = { ...ipv4!, address: 'fe80::1', family: 'IPv6' as const, scopeid: 2 };
    expect(rankAddresses({ eth0: [ipv6, ipv4!], eth1: undefined })).toEqual(['10.0.0.1']);
  });
});

describe('a likely origin is returned', () => {
  const interfaces = interfacesOf({ docker0: '172.17.0.1', eth0: '10.0.0.1', wlan0: '192.168.1.2' });
  const listening = (address: string, family = 'IPv4') => ({ address, family, port: 8600 });
  const guess = (address: string, contained = false) =>
    guessOrigins({ listening: listening(address), contained, interfaces });

  test('of each address, where the server listens on all of them, with the port it listens on', () => {
    expect(guess('::')).toEqual(['http://10.0.0.1:8600', 'http://192.168.1.2:8600']);
    expect(guess('0.0.0.0')).toEqual(guess('::'));
  });

  test('of the one address it listens on', () => {
    expect(guess('192.168.1.2')).toEqual(['http://192.168.1.2:8600']);
    expect(guess('2001:db8::5')).toEqual(['http://[2001:db8::5]:8600']);
  });

  test('of none, where only this machine can ask, in a container, or before the server listens', () => {
    expect(guess('127.0.0.1')).toEqual([]);
    expect(guess('::1')).toEqual([]);
    expect(guess('::', true)).toEqual([]);
    expect(guessOrigins({ listening: null, contained: false, interfaces })).toEqual([]);
  });

  test('without the default port', () => {
    const at80 = { ...listening('192.168.1.2'), port: 80 };
    expect(guessOrigins({ listening: at80, contained: false, interfaces })).toEqual(['http://192.168.1.2']);
  });

  test('beside the address for this machine itself', () => {
    expect(localOrigin(listening('::', 'IPv6'))).toBe('http://localhost:8600');
    expect(localOrigin(listening('127.0.0.1'))).toBe('http://127.0.0.1:8600');
    expect(localOrigin(listening('::1', 'IPv6'))).toBe('http://[::1]:8600');
    expect(localOrigin(listening('192.168.1.2'))).toBe('http://192.168.1.2:8600');
  });
});

test('the interfaces of this machine can be listed', () => {
  expect(Object.keys(readInterfaces()).length).toBeGreaterThan(0);
});
