import { expect, test } from 'vitest';
import { mixed } from './explanation-painter.ts';

test('a colour is mixed into the ink by its share', () => {
  const pair = ['rgb(200, 90, 0)', 'rgb(28, 38, 72)'] as const;
  expect(mixed(pair, 0)).toBe('rgb(28,38,72)');
  expect(mixed(pair, 0.5)).toBe('rgb(114,64,36)');
  expect(mixed(pair, 1)).toBe('rgb(200,90,0)');
});
