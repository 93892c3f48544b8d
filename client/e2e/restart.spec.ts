import { expect, test } from '@playwright/test';
import { draw, seven } from './hand.ts';
import { ownServer } from './own-server.ts';

test('drawings and labels survive the kill of the server', async ({ page }) => {
  test.setTimeout(600_000);
  const server = await ownServer();
  await server.start();
  try {
    await page.goto(`${server.url}/r/restart`);
    const status = page.locator('.status');
    await expect(status).toContainText('live');
    await draw(page, [seven[0]!.slice(0, 5)]);
    await server.kill();
    await expect(status).toContainText('offline');
    await page.keyboard.press('1');
    await page.keyboard.press('Escape');
    await draw(page);
    await page.keyboard.press('7');
    await expect(status).toContainText('2 answers waiting');
    await server.start();
    await expect(status).toContainText('live');
    await expect(page.locator('.caption')).toContainText('Right: it is 7');
    await expect(page.getByTestId('numeral')).toHaveText('7');
    await page.keyboard.press('Escape');
    await expect(page.locator('.sample .mark')).toHaveCount(2);
    expect(
      await page.evaluate(() => Object.keys(localStorage).filter(key => key.startsWith('inkling.label.'))),
    ).toEqual([]);
  } finally {
    await server.remove();
  }
});
