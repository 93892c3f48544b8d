import { expect, type Page, test } from '@playwright/test';
import { type Crowd, gather } from './crowd.ts';
import { draw } from './hand.ts';

test.use({
  viewport: { width: 1920, height: 1080 },
  contextOptions: { reducedMotion: 'no-preference' },
});

let crowd: Crowd | undefined;
test.afterEach(() => crowd?.close());

/** Opens the wall and counts in each video frame which drawings are elsewhere than in the frame before. */
async function watchWall(page: Page, room: string) {
  await page.goto(`/r/${room}/wall`);
  await expect(page.locator('.status')).toContainText('live');
  await page.evaluate(() => {
    const seen = { jumps: 0, steps: 0, frames: 0 };
    Object.assign(window, { seen });
    let before = new Map<string, string>();
    let seats: string | undefined;
    const look = () => {
      seen.frames++;
      const grid = document.querySelector<HTMLElement>('.tiles-wall');
      const isStep = grid?.dataset.seats !== seats;
      if (isStep) seen.steps++;
      seats = grid?.dataset.seats;
      const tiles = [...document.querySelectorAll<HTMLElement>('.wall-drawings [data-drawing]')];
      const now = new Map(
        tiles.map(tile => {
          const { x, y, width } = tile.getBoundingClientRect();
          return [tile.dataset.drawing!, tile.getAnimations().length > 0 ? 'moves' : `${x} ${y} ${width}`];
        }),
      );
      for (const [drawing, place] of now) {
        const was = before.get(drawing) ?? place;
        if (was !== place && was !== 'moves' && place !== 'moves') seen.jumps++;
      }
      before = now;
      requestAnimationFrame(look);
    };
    look();
  });
  return () =>
    page.evaluate(
      () => (window as unknown as { seen: { jumps: number; steps: number; frames: number } }).seen,
    );
}

/** Resolves when the page has painted what it shows now. */
const nextFrame = (page: Page) =>
  page.evaluate(() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve))));

/** Where each person's current drawing is: the seat. */
const seatsOf = (page: Page) =>
  page
    .locator('.tiles-wall > li')
    .evaluateAll(all => all.map(seat => seat.querySelector('.tile-name')?.textContent));

test('while 25 people draw, come and leave, no tile jumps', async ({ page, baseURL }) => {
  const url = `http://127.0.0.1:${new URL(baseURL!).port}`;
  const seen = await watchWall(page, 'crowded');
  crowd = await gather(url, { room: 'crowded', people: 25 });
  crowd.draw(1);
  const tiles = page.locator('.tiles-wall > .tile');
  await expect(tiles).toHaveCount(25);
  await expect(page.locator('.tiles-wall')).toHaveAttribute('data-seats', '30');
  await nextFrame(page);
  const { steps } = await seen();
  const before = await seatsOf(page);
  for (let round = 0; round < 40; round++) {
    crowd.draw(1);
    await page.waitForTimeout(50);
  }
  crowd.remove();
  await crowd.add();
  crowd.draw(3);
  await expect(page.locator('.wall-shelf > .tile')).toHaveCount(12);
  await expect(tiles).toHaveCount(26);
  const after = await seen();
  expect(after).toMatchObject({ jumps: 0, steps });
  expect(after.frames).toBeGreaterThan(20);
  expect((await seatsOf(page)).slice(0, 25)).toEqual(before.slice(0, 25));
  const numeral = await page
    .locator('.tiles-wall .tile-guess')
    .first()
    .evaluate(element => {
      return Number.parseFloat(getComputedStyle(element).fontSize) / innerHeight;
    });
  expect(numeral).toBeGreaterThan(0.06);
  // Of three people of that name the first has left.
  await page.reload();
  await expect(page.locator('.tiles-wall .tile-name').getByText('Ada', { exact: true })).toHaveCount(3);
});

test('a name with joiners is shown whole, and an emptied one is gone from the wall and after a reload', async ({
  page,
  context,
}) => {
  await page.goto('/r/naming');
  await expect(page.locator('.status')).toContainText('live');
  const field = page.getByLabel('Your name, for the wall');
  const wall = await context.newPage();
  await wall.goto('/r/naming/wall');
  await draw(page);
  for (const name of ['علی‌رضا', '👩‍🏫', '']) {
    await field.fill(name);
    await field.press('Enter');
    await expect(wall.locator('.tile-name')).toHaveText(name);
    await page.reload();
    await expect(page.locator('.status')).toContainText('live');
    await expect(field).toHaveValue(name);
    await expect(wall.locator('.tile-name')).toHaveText(name);
  }
  await expect(wall.locator('.tile').first()).toHaveAttribute('aria-label', /^Somebody/);
});
