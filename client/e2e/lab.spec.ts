import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { arabicSeven } from './arabic-seven.ts';
import { expectFits } from './fits.ts';
import { draw, inkIn, type Path } from './hand.ts';
import { adminToken, secureUrl } from './shared-server.ts';

test.describe.configure({ mode: 'serial' });

const status = (page: Page) => page.locator('.status');
const numeral = (page: Page) => page.getByTestId('numeral');
const champion = (page: Page) => page.locator('.version-row[data-answers="true"] .version-name');

async function enter(page: Page, path: string) {
  await page.goto(`${secureUrl}${path}`);
  await expect(status(page)).toContainText('live');
}

/** A sign that a class invents for the 5: a crown. Each hand writes it a little differently. */
function crown(nth: number): readonly Path[] {
  const lean = 0.02 * ((nth % 3) - 1);
  const height = 0.04 * (nth % 4);
  return [
    [
      [0.24, 0.72],
      [0.22 + lean, 0.3 + height],
      [0.37, 0.56],
      [0.5 + lean, 0.24 + height],
      [0.62, 0.56 - lean],
      [0.78 + lean, 0.3 + height],
      [0.76, 0.72 + lean],
      [0.5, 0.74],
      [0.24, 0.72],
    ],
  ];
}

/** The same sign several times, each labelled as a 5. */
async function teach(page: Page, hands: readonly number[]) {
  for (const nth of hands) {
    await draw(page, crown(nth));
    await expect(numeral(page)).not.toHaveText('');
    await page.keyboard.press('5');
    await expect(page.locator('.verdict')).toHaveText('Saved');
    await page.keyboard.press('Escape');
  }
}

test('a room invents a sign on two pads, sees the verdict on its lesson, reads the sign by a third hand, and rolls back', async ({
  browser,
}) => {
  test.setTimeout(600_000);
  const open = async (path: string) => {
    const page = await (await browser.newContext()).newPage();
    await enter(page, path);
    return page;
  };
  const [page, two, third, wall] = [
    await open('/r/signs'),
    await open('/r/signs'),
    await open('/r/signs'),
    await open('/r/signs/wall'),
  ];
  await teach(page, [0, 1, 2, 3, 4, 5]);
  await teach(two, [6, 7, 8, 9, 10, 11]);
  await two.context().close();
  await draw(third, crown(13));
  await expect(numeral(third)).not.toHaveText('');
  await expect(numeral(third)).not.toHaveText('5');
  const tiles = wall.locator('.tile');
  const readAsFive = wall.locator('.tile-guess', { hasText: /^5$/ });
  await expect(tiles).toHaveCount(13);
  await expect(readAsFive).toHaveCount(0);

  await page.getByRole('link', { name: 'Lab', exact: true }).click();
  await expect(page.getByTestId('untrained')).toHaveText('12');
  await expect(page.locator('.counts-bar').nth(5)).toContainText('12 said, 12 read wrong');
  await expect(page.getByTestId('next-step')).toContainText('Teach it what you said');
  await page.getByRole('button', { name: 'Teach it what you said' }).click();
  for (const each of [third, wall])
    await expect(each.getByTestId('learning')).toContainText('12 drawings by 2 people');
  await expect(page.locator('.station[aria-current="step"]')).toContainText('Practising', {
    timeout: 300_000,
  });
  await expect.poll(() => inkIn(page, '.curve')).toBeGreaterThan(100);
  const early = await inkIn(page, '.curve');
  await expect.poll(() => inkIn(page, '.curve')).not.toBe(early);

  const sheet = page.getByTestId('verdict');
  await expect(sheet).toBeVisible({ timeout: 300_000 });
  await expect(sheet).toHaveAttribute('data-kind', 'promoted');
  await sheet.getByText('All figures').click();
  await expect(sheet.locator('.badge')).toContainText('Evidence: none');
  await expect(sheet.locator('.per-digit').nth(1)).toContainText('MNIST hold-out');
  await expect(sheet.locator('.matrix')).toHaveCount(2);
  const news = wall.locator('.news-title');
  await expect(news).toContainText('It learned. From now on Lesson 1,');
  await expect(third.locator('.news-title')).toContainText('It learned');
  await expect(wall.locator('.verdict-details')).toContainText(/5: \d of 12 before, 1[0-2] now/);
  await expect(champion(page)).toContainText('Lesson 1,');
  await expect(page.getByTestId('untrained')).toHaveText('0');
  await expect(page.getByTestId('next-step')).toContainText('draw one more');
  // The new version reads again what is on a pad, without a stroke, and on the wall.
  await expect(numeral(third)).toHaveText('5');
  await expect(numeral(third)).toHaveAttribute('data-state', 'decided');
  await expect(readAsFive).toHaveCount(13);

  await expect(page.getByRole('button', { name: 'Roll back to this' })).toHaveCount(0);
  await page.getByPlaceholder('Admin token').fill('a guess');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.locator('.admin .refusal')).toContainText('not the admin token');
  await page.getByPlaceholder('Admin token').fill(adminToken);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page
    .locator('.version-row', { hasText: 'First version' })
    .getByRole('button', { name: 'Roll back' })
    .click();
  await expect(champion(page)).toContainText('First version');
  await expect(news).toContainText('First version');
  await expect(page.locator('.dot-mnist')).toHaveCount(3);
  await expect(readAsFive).toHaveCount(0);
  await expect(numeral(third)).not.toHaveText('5');
  for (const each of [page, third, wall]) await each.context().close();
});

test('everybody predicts a drawing again; only its author corrects and deletes it', async ({
  page,
  browser,
}) => {
  await enter(page, '/r/two');
  await draw(page, [arabicSeven(1)]);
  await expect(numeral(page)).not.toHaveText('');
  await page.keyboard.press('7');
  await expect(page.locator('.verdict')).toHaveText('Saved');
  await page.keyboard.press('Escape');
  const other = await (await browser.newContext()).newPage();
  await enter(other, '/r/two/lab');
  await other.locator('.drawing').click();
  await other.getByRole('button', { name: 'Read it again' }).click();
  await expect(other.getByTestId('predicted')).toContainText(/^now: \d/);
  await expect(other.getByRole('button', { name: 'Teach just this one' })).toBeVisible();
  await expect(other.getByRole('button', { name: 'Delete' })).toHaveCount(0);
  await expect(other.locator('.labels')).toHaveCount(0);
  await other.close();

  await page.getByRole('link', { name: 'Lab', exact: true }).click();
  await page.getByRole('button', { name: 'Read wrong' }).click();
  await page.locator('.drawing').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('but it is 7');
  const readAs = /Read as (\d)/.exec((await dialog.textContent()) ?? '')?.[1] ?? '';
  await dialog.getByRole('button', { name: readAs, exact: true }).click();
  await expect(dialog).toContainText(`Read as ${readAs}, which is right`);
  await page.getByRole('button', { name: 'Take the answer off' }).click();
  await expect(page.getByRole('dialog')).toContainText('nobody said what it is');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Yes, delete it for good' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await expect(page.locator('.drawings .empty')).toBeVisible();
});

test('the admin exports everything and imports it again', async ({ page }) => {
  await enter(page, `/lab?admin=${adminToken}`);
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export all drawings' }).click();
  const file = await (await downloading).path();
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  expect(lines.length).toBeGreaterThanOrEqual(9);
  const chosen = { name: 'class.ndjson', mimeType: 'application/x-ndjson' };
  const importText = (text: string) =>
    page.locator('input[type="file"]').setInputFiles({ ...chosen, buffer: Buffer.from(text) });
  await importText(`${lines.join('\n')}\nno sample\n`);
  const result = page.locator('.export-import [role="status"]');
  await expect(result).toContainText(
    `0 drawings added. ${lines.length} were here already. 1 line could not be read.`,
  );
  await expect(result.locator('li')).toHaveCount(1);
});

test('every control of the Lab fits on a phone and is large enough to tap', async ({ browser }) => {
  const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
  const page = await (await browser.newContext(phone)).newPage();
  await enter(page, `/r/signs/lab?admin=${adminToken}`);
  await expect(page.locator('.version-row').first()).toBeVisible();
  await expectFits(page, 'button, a.tool, a.button, select, label.button');
  await page.context().close();
});
