import { expect, type Page, test } from '@playwright/test';

const boxOf = async (page: Page, selector: string) => {
  const box = await page.locator(selector).first().boundingBox();
  return box && { x: box.x, y: box.y, width: box.width, height: box.height };
};

/** Opens a page whose scripts wait for `release`. */
async function openWithoutScript(page: Page, path: string) {
  let release = () => {};
  const released = new Promise<void>(resolve => {
    release = resolve;
  });
  await page.route('**/assets/*.js', async route => {
    await released;
    await route.continue();
  });
  await page.goto(path, { waitUntil: 'commit' });
  return release;
}

for (const viewport of [
  { width: 1366, height: 650 },
  { width: 390, height: 844 },
]) {
  test(`before its script a page of ${viewport.width} pixels shows the pad where it then is`, async ({
    page,
  }) => {
    await page.setViewportSize(viewport);
    const release = await openWithoutScript(page, '/r/opening');
    await expect(page.locator('.pad')).toBeVisible();
    await expect(page.getByText('Opening …')).toBeHidden();
    const [pad, brand] = [await boxOf(page, '.pad'), await boxOf(page, '.brand')];
    release();
    await expect(page.locator('.status')).toContainText('live');
    await expect(page.locator('main')).toHaveCount(1);
    expect(await boxOf(page, '.pad')).toEqual(pad);
    const { x, y, height } = (await boxOf(page, '.brand'))!;
    expect({ x, y, height }).toEqual({ x: brand?.x, y: brand?.y, height: brand?.height });
  });
}

test('before its script the wall says that it opens, and its look is the chosen one', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('inkling.look', '"night"'));
  const release = await openWithoutScript(page, '/r/opening/wall');
  await expect(page.getByText('Opening …')).toBeVisible();
  await expect(page.locator('.pad')).toBeHidden();
  await expect(page.locator('html')).toHaveAttribute('data-look', 'night');
  release();
  await expect(page.locator('.wall')).toBeVisible();
  await expect(page.getByText('Opening …')).toHaveCount(0);
});

test('a page whose script did not load says so, and opens by itself', async ({ page }) => {
  let away = true;
  await page.route('**/assets/*.js', route => (away ? route.abort() : route.continue()));
  await page.goto('/r/opening/lab');
  await expect(page.getByText('The files of this page did not load.')).toBeVisible();
  away = false;
  await expect(page.locator('.lab')).toBeVisible();
});

test('a place that is opened while the server is away says so, and opens by itself', async ({
  page,
  context,
}) => {
  await page.goto('/r/opening');
  await expect(page.locator('.status')).toContainText('live');
  await context.setOffline(true);
  await page.getByRole('link', { name: 'Wall', exact: true }).click();
  await expect(page.getByText('The server does not answer.')).toBeVisible();
  await page.getByRole('button', { name: 'Back' }).click();
  await expect(page.locator('.pad')).toBeVisible();
  await page.getByRole('link', { name: 'Lab', exact: true }).click();
  await expect(page.getByText('This page opens by itself')).toBeVisible();
  await context.setOffline(false);
  await expect(page.locator('.lab')).toBeVisible();
  await page.getByRole('link', { name: 'Wall', exact: true }).click();
  await expect(page.locator('.wall')).toBeVisible();
});

test('the title follows the place, and the focus moves to its heading', async ({ page }) => {
  await page.goto('/r/opening');
  await expect(page).toHaveTitle('Draw · opening · Inkling');
  await expect(page.locator('h1')).not.toBeFocused();
  for (const place of ['Lab', 'Wall', 'Privacy', 'Draw']) {
    await page.getByRole('link', { name: place, exact: true }).first().click();
    await expect(page).toHaveTitle(`${place} · opening · Inkling`);
    await expect(page.getByRole('heading', { level: 1, name: `Inkling ${place}` })).toBeFocused();
  }
  await page.goBack();
  await expect(page).toHaveTitle('Privacy · opening · Inkling');
  await expect(page.locator('h1')).toBeFocused();
});

test('an address written by hand leads to the page that is meant, or to one that says there is none', async ({
  page,
}) => {
  await page.goto('/r/My Class/Wall/');
  await expect(page).toHaveURL(/\/r\/my-class\/wall$/);
  await expect(page.locator('.wall')).toBeVisible();
  expect((await page.goto('/r/Клас'))?.status()).toBe(404);
  await expect(page.getByRole('heading', { name: 'There is no page at this address.' })).toBeVisible();
  await page.getByRole('link', { name: 'Draw' }).click();
  await expect(page.locator('.status')).toContainText('live');
});
