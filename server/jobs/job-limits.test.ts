import { expect, test } from 'vitest';
import { house, lobby } from '../../db/rooms.ts';
import { gateOf } from './job-limits.ts';

test('the house and the open lobby have the strict gate, every other room its own', () => {
  expect([house, lobby, '4b'].map(gateOf)).toEqual(['house', 'house', 'room']);
});
