import { expect, type Page, test } from '@playwright/test';
import { draw, inkIn } from './hand.ts';
import { removeNewerFunctions } from './old-browser.ts';
import { secureUrl } from './shared-server.ts';

test.describe.configure({ timeout: 600_000 });

/** Makes every script of the page and its workers begin with `removeNewerFunctions`. */
async function makeOld(page: Page) {
  await page.addInitScript(removeNewerFunctions);
  await page.route('**/assets/*.js', async route => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `(${removeNewerFunctions})();\n${await response.text()}` });
  });
}

test('a browser with only the functions of the oldest supported ones draws, predicts and trains', async ({
  page,
}) => {
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.message));
  await makeOld(page);
  await page.goto(`${secureUrl}/r/old`);
  expect(await page.evaluate(() => 'withResolvers' in Promise || 'groupBy' in Map)).toBe(false);
  await expect(page.locator('.status')).toContainText('live');
  await draw(page);
  await expect(page.getByTestId('numeral')).toHaveText('7');
  await page.getByRole('button', { name: 'Why?' }).click();
  await expect.poll(() => inkIn(page, '.why-ink')).toBeGreaterThan(200);
  await page.keyboard.press('7');
  await expect(page.locator('.verdict')).toHaveText('Saved');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Lab', exact: true }).click();
  await page.getByRole('button', { name: 'Teach in this browser' }).click();
  await expect(page.getByTestId('device')).toContainText('WebAssembly', { timeout: 300_000 });
  expect(await page.workers()[0]!.evaluate(() => 'withResolvers' in Promise)).toBe(false);
  await expect(page.getByTestId('browsers')).toContainText('1 browser teaches', { timeout: 300_000 });
  await expect.poll(() => inkIn(page, '.in-browser .curve'), { timeout: 300_000 }).toBeGreaterThan(100);
  await page.getByRole('link', { name: 'Wall', exact: true }).click();
  await expect(page.locator('.wall-people')).toBeVisible();
  expect(errors).toEqual([]);
});
