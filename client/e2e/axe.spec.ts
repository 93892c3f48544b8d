import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { draw } from './hand.ts';

/** Every rule of every level, also those that axe leaves off at first. */
const allRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'experimental'];
/** By night the page has the same elements in other colours. */
const looks = [
  { look: 'night', colorScheme: 'dark', rules: ['cat.color'] },
  { look: 'day', colorScheme: 'light', rules: allRules },
] as const;

/** What axe finds by night and by day. */
async function faultsOf(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const { look, colorScheme, rules } of looks) {
    await page.emulateMedia({ colorScheme });
    const runOnly = { type: 'tag' as const, values: [...rules] };
    // Otherwise axe ends each look at a page in another, empty page; no frame of another site needs that here.
    const axe = new AxeBuilder({ page }).setLegacyMode();
    const { violations } = await axe.options({ runOnly }).analyze();
    for (const { id, nodes } of violations)
      for (const { target, failureSummary } of nodes)
        found.push(`by ${look}, ${id}: ${target}: ${failureSummary}`);
  }
  return found;
}

test.describe('by day and by night, axe finds nothing', () => {
  test('on the page to draw, also with a drawing and the open dialog of the room', async ({ page }) => {
    await page.goto('/r/axe');
    await expect(page.locator('.status')).toContainText('live');
    expect(await faultsOf(page)).toEqual([]);
    await draw(page);
    await expect(page.getByTestId('numeral')).toHaveText('7');
    await page.keyboard.press('1');
    await expect(page.locator('.sample, .verdict').first()).toBeVisible();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Room', exact: true }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await faultsOf(page)).toEqual([]);
  });

  test('on the wall, empty and with drawings, and on the menus of its host', async ({ page, context }) => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Room', exact: true }).click();
    await page.getByRole('button', { name: 'Make a room' }).click();
    await page.waitForURL(/\/r\/[a-z-]+\d{6}$/);
    const { pathname } = new URL(page.url());
    await page.goto(`${pathname}/wall`);
    await expect(page.locator('.wall-empty')).toBeVisible();
    expect(await faultsOf(page)).toEqual([]);
    const pupil = await context.newPage();
    await pupil.goto(pathname);
    await expect(pupil.locator('.status')).toContainText('live');
    await draw(pupil);
    await pupil.keyboard.press('Escape');
    await draw(pupil);
    await expect(page.locator('.tiles-wall .tile-guess')).toHaveText('7');
    await expect(page.locator('.wall-shelf > .tile')).toHaveCount(1);
    expect(await faultsOf(page)).toEqual([]);
    await page.locator('.tiles-wall > .tile').getByLabel('Host').click();
    expect(await faultsOf(page)).toEqual([]);
    await page.locator('.tiles-wall > .tile').getByLabel('Host').click();
    await page.getByRole('button', { name: 'Host', exact: true }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await faultsOf(page)).toEqual([]);
  });

  test('in the Lab, also with an open drawing, on the page of privacy and where there is no page', async ({
    page,
  }) => {
    await page.goto('/r/axe-lab');
    await expect(page.locator('.status')).toContainText('live');
    await draw(page);
    await expect(page.getByTestId('numeral')).toHaveText('7');
    await page.keyboard.press('1');
    await expect(page.locator('.verdict')).toHaveText('Saved');
    await page.goto('/r/axe-lab/lab');
    await expect(page.locator('.drawing-grid .drawing').first()).toBeVisible();
    expect(await faultsOf(page)).toEqual([]);
    await page.locator('.drawing-grid .drawing').first().click();
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await faultsOf(page)).toEqual([]);
    await page.goto('/r/axe-lab/privacy');
    await expect(page.locator('.privacy-own')).toBeVisible();
    expect(await faultsOf(page)).toEqual([]);
    await page.goto('/nothing/here');
    await expect(page.getByText('There is no page at this address.')).toBeVisible();
    expect(await faultsOf(page)).toEqual([]);
  });
});
