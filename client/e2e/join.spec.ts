import { createServer, request } from 'node:http';
import { expect, type Page, test } from '@playwright/test';

/** Opens a wall and replaces the welcome's address for phones by `offer`, so that the test's machine does not matter. */
async function openWall(page: Page, { url, offer }: { url: string; offer: string }) {
  await page.routeWebSocket(/socket\.io/, client => {
    const server = client.connectToServer();
    server.onMessage(message => {
      const welcome = /"origin":(null|"[^"]*")(,"originGuessed":true)?/;
      client.send(typeof message === 'string' ? message.replace(welcome, offer) : message);
    });
  });
  await page.goto(url);
  await expect(page.locator('.status')).toContainText('live');
}

const none = '"origin":null';
const guess = '"origin":"http://192.168.1.20:8501","originGuessed":true';
const set = '"origin":"https://ink.example.org"';

test.describe('a wall opened at localhost', () => {
  const wallUrl = (baseURL = '') => `http://localhost:${new URL(baseURL).port}/r/phones/wall`;

  test('marks the guessed address for phones', async ({ page, baseURL }) => {
    await openWall(page, { url: wallUrl(baseURL), offer: guess });
    await expect(page.locator('.join-address')).toHaveText('192.168.1.20:8501/r/phones');
    await expect(page.getByRole('img', { name: 'QR code: http://192.168.1.20:8501/r/phones' })).toBeVisible();
    await expect(page.locator('.join-note')).toContainText('This address is a guess.');
  });

  test('shows how to set an address, and no code that phones cannot open', async ({ page, baseURL }) => {
    await openWall(page, { url: wallUrl(baseURL), offer: none });
    await expect(page.locator('.join-note')).toContainText('Phones cannot join yet.');
    await expect(page.locator('.join-note')).toContainText('set PUBLIC_ORIGIN');
    await expect(page.locator('.join-code, .join-address')).toHaveCount(0);
    await expect(page.locator('.wall-empty')).not.toContainText('Scan');
  });

  test('shows the configured address without a note', async ({ page, baseURL }) => {
    await openWall(page, { url: wallUrl(baseURL), offer: set });
    await expect(page.locator('.join-address')).toHaveText('ink.example.org/r/phones');
    await expect(page.locator('.join-note')).toHaveCount(0);
  });
});

test('a wall opened at a reachable address shows that address, whatever the server guesses', async ({
  page,
  baseURL,
}) => {
  await openWall(page, { url: '/r/phones/wall', offer: guess });
  await expect(page.locator('.join-address')).toHaveText(`${new URL(baseURL ?? '').host}/r/phones`);
  await expect(page.locator('.join-note')).toHaveCount(0);
});

test('a page behind a proxy that strips a path shows why it stays empty', async ({ page, baseURL }) => {
  const upstream = new URL(baseURL ?? '').port;
  const proxy = createServer((incoming, answer) => {
    const { url = '', headers } = incoming;
    if (!url.startsWith('/inkling/')) return answer.writeHead(404).end();
    const to = { host: '127.0.0.1', port: upstream, path: url.slice('/inkling'.length), headers };
    request(to, from => from.pipe(answer.writeHead(from.statusCode ?? 502, from.headers))).end();
  });
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await page.goto(`http://127.0.0.1:${port}/inkling/`);
  await expect(page.getByText('it needs a host name or a port of its own')).toBeVisible();
  proxy.close();
  await page.goto('/');
  await expect(page.locator('.status')).toContainText('live');
  await expect(page.getByText('The files of this page did not load')).toBeHidden();
});
