import { expect, test } from 'vitest';
import { networkOf, siteOf } from './network.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::ffff:c000:207', '192.0.2.7'],
  ['0:0:0:0:0:ffff:c000:0207', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', 'v6-20010db800010002'],
  ['2001:DB8:1:2::', 'v6-20010db800010002'],
  ['2001:db8::5', 'v6-20010db800000000'],
  ['fe80::1%eth0', 'v6-fe80000000000000'],
  ['::1', 'v6-0000000000000000'],
  ['a session', 'a session'],
])('[S5] the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
  expect(networkOf(network)).toBe(network);
});

test('[S5] networks of 64 bits share a site, and IPv4 addresses have none', () => {
  expect(siteOf(networkOf('2001:db8:1:2::1'))).toBe(siteOf(networkOf('2001:db8:1:ffff::1')));
  expect(siteOf(networkOf('2001:db8:1::'))).not.toBe(siteOf(networkOf('2001:db8:2::')));
  expect(siteOf('192.0.2.7')).toBeUndefined();
});
