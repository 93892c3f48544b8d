import { parseArgs } from 'node:util';
import { expect, test } from 'vitest';
import { joinOption } from './options.ts';

test('flags of a browser are the value of one option', () => {
  const args = ['--seconds', '2', '--flags', '--enable-gpu --use-angle=vulkan', '--chromium', '/c'];
  const string = { type: 'string' } as const;
  const { values } = parseArgs({
    args: joinOption(args, 'flags'),
    options: { seconds: string, flags: string, chromium: string },
  });
  expect(values).toEqual({ seconds: '2', flags: '--enable-gpu --use-angle=vulkan', chromium: '/c' });
  expect(joinOption(['--seconds', '2'], 'flags')).toEqual(['--seconds', '2']);
  expect(joinOption(['--flags'], 'flags')).toEqual(['--flags']);
});
