import AxeBuilder from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { ownServer } from './own-server.ts';

const server = await ownServer({ LOBBY: 'off' });

test.beforeAll(async () => {
  test.setTimeout(600_000);
  await server.start();
});
test.afterAll(() => server.remove());

test('[S12] where the lobby would be, visitors enter a room by its name or make one', async ({ page }) => {
  await page.goto(server.url);
  const enter = page.getByRole('button', { name: 'Enter' });
  await expect(enter).toBeVisible();
  await expect(page.getByRole('button', { name: 'Make a room' })).toBeVisible();
  await expect(page.locator('canvas')).toHaveCount(0);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
  expect((await page.request.get(`${server.url}/api/samples`)).status()).toBe(403);

  await page.getByLabel('Name of your room').fill('Class 4B');
  await enter.click();
  await page.waitForURL('**/r/class-4b');
  await expect(page.locator('.status')).toContainText('live');
  await expect(page.locator('canvas').first()).toBeVisible();
});
