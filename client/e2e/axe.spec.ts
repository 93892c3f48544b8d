import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { draw } from './hand.ts';

/** Every rule of every level, also those that axe leaves off at first. */
const allRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice', 'experimental'];
/** By night the page has the same elements in other colours. */
const rules = { day: allRules, night: ['cat.color'] };

async function faultsIn(page: Page, look: keyof typeof rules): Promise<string[]> {
  const runOnly = { type: 'tag' as const, values: rules[look] };
  // Otherwise axe ends each look at a page in another, empty page; no frame of another site needs that here.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await axe.options({ runOnly }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`),
  );
}

for (const [look, colorScheme] of [
  ['day', 'light'],
  ['night', 'dark'],
] as const) {
  const faultsOf = (page: Page) => faultsIn(page, look);
  test.describe(`by ${look}, axe finds nothing`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });

    test('on the page to draw, also with a drawing and the open dialog of the room', async ({ page }) => {
      await page.goto(`/r/axe-${look}`);
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
      await page.goto(`/r/axe-lab-${look}`);
      await expect(page.locator('.status')).toContainText('live');
      await draw(page);
      await expect(page.getByTestId('numeral')).toHaveText('7');
      await page.keyboard.press('1');
      await expect(page.locator('.verdict')).toHaveText('Saved');
      await page.goto(`/r/axe-lab-${look}/lab`);
      await expect(page.locator('.drawing-grid .drawing').first()).toBeVisible();
      expect(await faultsOf(page)).toEqual([]);
      await page.locator('.drawing-grid .drawing').first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await faultsOf(page)).toEqual([]);
      await page.goto(`/r/axe-lab-${look}/privacy`);
      await expect(page.locator('.privacy-own')).toBeVisible();
      expect(await faultsOf(page)).toEqual([]);
      await page.goto('/nothing/here');
      await expect(page.getByText('There is no page at this address.')).toBeVisible();
      expect(await faultsOf(page)).toEqual([]);
    });
  });
}
