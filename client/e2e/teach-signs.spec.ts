import { type Browser, expect, type Page, test } from '@playwright/test';
import { draw, type Path } from './hand.ts';
import { ownServer } from './own-server.ts';

const server = ownServer(7);
test.beforeAll(() => server.start());
test.afterAll(() => server.remove());

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

const numeral = (page: Page) => page.getByTestId('numeral');

async function enter(browser: Browser, path: string) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${server.url}${path}`);
  await expect(page.locator('.status')).toContainText('live');
  return page;
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

test('a room invents a sign on two pads, and after the lesson reads it by a third hand, decided, and on the wall', async ({
  browser,
}) => {
  test.setTimeout(600_000);
  const [one, two, third, wall] = [
    await enter(browser, '/r/signs'),
    await enter(browser, '/r/signs'),
    await enter(browser, '/r/signs'),
    await enter(browser, '/r/signs/wall'),
  ];
  await teach(one, [0, 1, 2, 3, 4, 5]);
  await teach(two, [6, 7, 8, 9, 10, 11]);
  await draw(third, crown(13));
  await expect(numeral(third)).not.toHaveText('');
  await expect(numeral(third)).not.toHaveText('5');
  const tiles = wall.locator('.tile');
  const readAsFive = wall.locator('.tile-guess', { hasText: /^5$/ });
  await expect(tiles).toHaveCount(13);
  await expect(readAsFive).toHaveCount(0);

  await one.getByRole('link', { name: 'Lab', exact: true }).click();
  await expect(one.getByTestId('next-step')).toContainText('Teach it what you said');
  await one.getByRole('button', { name: 'Teach it what you said' }).click();
  for (const page of [third, wall])
    await expect(page.getByTestId('learning')).toContainText('12 drawings by 2 people');
  for (const page of [third, wall])
    await expect(page.locator('.news-title')).toContainText('It learned', { timeout: 300_000 });
  await expect(wall.locator('.verdict-details')).toContainText(/5: \d of 12 before, 1[0-2] now/);

  await expect(numeral(third)).toHaveText('5');
  await expect(numeral(third)).toHaveAttribute('data-state', 'decided');
  await expect(readAsFive).toHaveCount(13);
  await expect(one.getByTestId('next-step')).toContainText('draw one more');
});
