import { expect, type Request, test } from '@playwright/test';

/** A class of thirty loads this much each over one access point. */
const maxScriptBytes = 45_000;
/** Half a second at 400 kbit/s, so that the first paint comes within two although the scripts share the line. */
const maxPaintBytes = 25_000;

test('the page is compressed, and its first scripts are small', async ({ page }) => {
  const requests: Request[] = [];
  page.on('requestfinished', request => requests.push(request));
  // What the pad does not need is loaded once the server has answered: here it never does.
  await page.routeWebSocket('**/socket.io/**', () => {});
  await page.route('**/socket.io/**', () => {});
  await page.goto('/r/weight');
  await expect(page.locator('canvas').first()).toBeVisible();
  let scriptBytes = 0;
  let paintBytes = 0;
  for (const request of requests.filter(each => /\/assets\/.+\.(js|css)$/.test(each.url()))) {
    const response = (await request.response())!;
    // Smaller files gain nothing: precompress.ts leaves them as they are.
    if ((await request.sizes()).responseBodySize >= 1_400)
      expect(response.headers()['content-encoding'], request.url()).toBe('gzip');
    if (request.url().endsWith('.js')) scriptBytes += (await request.sizes()).responseBodySize;
  }
  for (const request of requests.filter(each => /\/r\/weight$|\/first\.js$|\.css$/.test(each.url())))
    paintBytes += (await request.sizes()).responseBodySize;
  expect(paintBytes).toBeGreaterThan(1_000);
  expect(paintBytes).toBeLessThan(maxPaintBytes);
  expect(scriptBytes).toBeGreaterThan(10_000);
  expect(scriptBytes).toBeLessThan(maxScriptBytes);
});
