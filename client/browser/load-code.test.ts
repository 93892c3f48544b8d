import { expect, test } from 'vitest';
import { createFakeTime, flushPromises } from '../testing/fake-connection.ts';
import { loadCode } from './load-code.ts';

/** A browser that loads code from a server, which may be away and may have no such code. */
function createFakeBrowser(server: { isThere: boolean; hasCode: boolean }) {
  const time = createFakeTime();
  const seen = { failures: 0, loads: 0, reloads: 0, code: '' };
  void loadCode(
    () => {
      seen.loads++;
      return server.isThere && server.hasCode
        ? Promise.resolve('code')
        : Promise.reject(new Error('no code'));
    },
    {
      failed: () => seen.failures++,
      wait: time.wait,
      answers: async () => server.isThere,
      reload: () => seen.reloads++,
    },
  ).then(code => {
    seen.code = code;
  });
  return { seen, pass: time.pass };
}

test('code that loads at once is used without a word', async () => {
  const { seen } = createFakeBrowser({ isThere: true, hasCode: true });
  await flushPromises();
  expect(seen).toEqual({ failures: 0, loads: 1, reloads: 0, code: 'code' });
});

test('while the server is away it is asked again and again, and the code loads when it is back', async () => {
  const server = { isThere: false, hasCode: true };
  const { seen, pass } = createFakeBrowser(server);
  await flushPromises();
  expect(seen.failures).toBe(1);
  for (let i = 0; i < 5; i++) await pass();
  expect(seen).toMatchObject({ loads: 1, code: '' });
  server.isThere = true;
  await pass();
  expect(seen).toMatchObject({ loads: 2, reloads: 0, code: 'code' });
});

test('where the server answers and has no such code any more, the page is loaded again', async () => {
  const { seen, pass } = createFakeBrowser({ isThere: true, hasCode: false });
  await flushPromises();
  expect(seen.reloads).toBe(0);
  await pass();
  expect(seen).toMatchObject({ reloads: 1, code: '' });
});
