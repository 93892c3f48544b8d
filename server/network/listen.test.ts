import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { ListenError, listenOn } from './listen.ts';

/** A fake system that refuses these hosts with these error codes, and the requested addresses. */
function systemThat(refuses: Record<string, string>) {
  const asked: string[] = [];
  return {
    asked,
    async listen({ host }: { host: string }) {
      asked.push(host);
      if (refuses[host] !== undefined) throw Object.assign(new Error('refused'), { code: refuses[host] });
    },
  };
}

test('without HOST the server listens on every address of both kinds', async () => {
  const system = systemThat({});
  await listenOn({ port: 8501, host: undefined }, system.listen);
  expect(system.asked).toEqual(['::']);
});

test.each(['EAFNOSUPPORT', 'EADDRNOTAVAIL'])('where IPv6 is missing (%s) it listens on IPv4', async code => {
  const system = systemThat({ '::': code });
  await listenOn({ port: 8501, host: undefined }, system.listen);
  expect(system.asked).toEqual(['::', '0.0.0.0']);
});

test('HOST is the only address it listens on', async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  await listenOn(
    { port: 0, host: '127.0.0.1' },
    ({ port, host }) => new Promise(resolve => server.listen(port, host, resolve)),
  );
  expect(server.address()).toMatchObject({ address: '127.0.0.1', family: 'IPv4' });
});

test.each([
  ['EACCES', 80, /^The system does not let this user listen on port 80: set PORT to one above 1023/],
  ['EADDRINUSE', 8501, /^The port 8501 is in use: is Inkling running already\?/],
  ['EADDRNOTAVAIL', 8501, /^HOST is 192\.0\.2\.1, which is no address of this machine\.$/],
  ['ENOTFOUND', 8501, /^HOST is 192\.0\.2\.1, which is no address of this machine\.$/],
  ['EAFNOSUPPORT', 8501, /^HOST is 192\.0\.2\.1, a kind of address that this machine does not have\.$/],
])('%s gives a clear message', async (code, port, sentence) => {
  const system = systemThat({ '192.0.2.1': code });
  const listening = listenOn({ port, host: '192.0.2.1' }, system.listen);
  await expect(listening).rejects.toThrow(sentence);
  await expect(listening).rejects.toBeInstanceOf(ListenError);
});

test('any other error is thrown unchanged', async () => {
  const system = systemThat({ '::': 'EMFILE' });
  await expect(listenOn({ port: 1, host: undefined }, system.listen)).rejects.toMatchObject({
    code: 'EMFILE',
  });
});
