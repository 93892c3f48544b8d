import { expect, type Request, test } from '@playwright/test';

/** A class of thirty loads this much each over one access point. */
const maxScriptBytes = 45_000;

test('the page is compressed, and its first scripts are small', async ({ page }) => {
  const requests: Request[] = [];
  page.on('requestfinished', request => requests.push(request));
  await page.goto('/r/weight');
  await expect(page.locator('.status')).toContainText('live');
  let scriptBytes = 0;
  for (const request of requests.filter(each => /\/assets\/.+\.(js|css)$/.test(each.url()))) {
    const response = (await request.response())!;
    expect(response.headers()['content-encoding'], request.url()).toBe('gzip');
    if (request.url().endsWith('.js')) scriptBytes += (await request.sizes()).responseBodySize;
  }
  expect(scriptBytes).toBeGreaterThan(10_000);
  expect(scriptBytes).toBeLessThan(maxScriptBytes);
});
