import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createLabelNetworks } from './label-networks.ts';

test('the network of a session is stored once, as a hash', async () => {
  const stored: { author: string; network: string }[] = [];
  const networks = createLabelNetworks({
    store: { recordNetwork: async row => void stored.push(row) },
    key: 'key',
    log: pino({ level: 'silent' }),
  });
  for (let i = 0; i < 5; i++) networks.labels('ada', '2001:db8:1:2::1');
  networks.labels('bo', '2001:db8:1:2::9');
  expect(stored.map(({ author }) => author)).toEqual(['ada', 'bo']);
  expect(stored[0]?.network).toBe(stored[1]?.network);
  expect(stored[0]?.network).not.toContain('2001');
});
