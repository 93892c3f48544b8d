import { expect, type Page, test } from '@playwright/test';
import { languages } from '../language/languages.ts';
import { draw, inkIn, press, seven, strokeOf } from './hand.ts';

/** Width and height in CSS pixels: laptops, one at 200 % zoom, phones in both directions, 4K. */
const sizes = [
  [1366, 650],
  [1440, 900],
  [720, 450],
  [667, 375],
  [640, 360],
  [683, 384],
  [640, 512],
  [390, 844],
  [360, 740],
  [320, 568],
  [3840, 2160],
] as const;
type Size = (typeof sizes)[number];
const fewSizes: readonly Size[] = [sizes[0], sizes[4], sizes[7], sizes[9]];

/** The pad is at least as large as this share of the screen's shorter side; a laptop's is full height. */
const minShare = (size: Size) => (size[0] > 1000 ? 0.84 : 0.6);

/** Opens a room; returns a function that sends a training event to the page as the server does. */
async function enter(page: Page, room: string) {
  let send = (_message: string) => {};
  await page.routeWebSocket(/socket\.io/, client => {
    client.connectToServer();
    send = message => client.send(message);
  });
  await page.goto(`/r/${room}`);
  await expect(page.locator('.status')).toContainText('live');
  return (phase: string, message: string) => {
    const lesson = {
      job: 'lesson',
      where: 'server',
      phase,
      step: 40,
      steps: 90,
      loss: 1,
      accuracy: 1,
      message,
    };
    send(`42${JSON.stringify(['training', lesson])}`);
  };
}

/** What is wrong with the places of the page's parts: out of view, below another part, cut, or too small to tap. */
const faults = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    // Within the round corners, whose size follows the screen's.
    const inset = 0.35 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    const shown = '.pad, .numeral, .caption, .bar, .controls button, .ribbon-rows, .model-pixels, .top .tool';
    for (const part of document.querySelectorAll(shown)) {
      const { left, top, right, bottom, width, height } = part.getBoundingClientRect();
      const name = `${part.className} ${part.textContent?.slice(0, 12)}`;
      if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight + 0.5)
        found.push(`${name} is out of view: ${[left, top, right, bottom]}`);
      if (!part.matches('button, a, .pad')) continue;
      if (part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1)
        if (!part.matches('.pad, .bar')) found.push(`${name} is cut`);
      if (Math.min(width, height) < 44) found.push(`${name} is ${width} × ${height}`);
      for (const x of [left + inset, (left + right) / 2, right - inset])
        for (const y of [top + inset, (top + bottom) / 2, bottom - inset])
          if (!part.contains(document.elementFromPoint(x, y))) found.push(`${name} is covered at ${x}, ${y}`);
    }
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
    return found;
  });

/** The boxes of all that a hand aims at, or an eye rests on. */
const boxes = (page: Page) =>
  page.evaluate(() =>
    Array.from(document.querySelectorAll('.pad, .numeral, .bar, .controls > *, .ribbon-rows'), part => {
      const { x, y, width, height } = part.getBoundingClientRect();
      return [part.className.split(' ')[0], x, y, width, height].join(' ');
    }),
  );

async function atEach<Value>(page: Page, each: readonly Size[], measure: (size: Size) => Promise<Value>) {
  const measured: Record<string, Value> = {};
  for (const [width, height] of each) {
    await page.setViewportSize({ width, height });
    measured[`${width} × ${height}`] = await measure([width, height] as Size);
  }
  // Nothing is drawn at 4K: a machine without a graphics card paints it slowly.
  await page.setViewportSize({ width: 1366, height: 650 });
  return measured;
}

test('pad, numeral, ten digits, buttons and ribbon are in view, whole and free at every size', async ({
  page,
}) => {
  await enter(page, 'sizes');
  for (const state of ['blank', 'drawn', 'labelled']) {
    if (state === 'drawn') {
      await draw(page);
      await expect(page.getByRole('button', { name: 'Yes, 7' })).toBeVisible();
    }
    if (state === 'labelled') {
      await page.keyboard.press('7');
      await expect(page.locator('.verdict')).toHaveText('Saved');
    }
    await atEach(page, sizes, async size => {
      const where = `${state} at ${size.join(' × ')}`;
      expect(await faults(page), where).toEqual([]);
      const pad = (await page.locator('.pad').boundingBox())!;
      expect(pad.width, where).toBeGreaterThanOrEqual(minShare(size) * Math.min(...size));
      if (size[0] > 1000) expect(pad.width, where).toBeGreaterThanOrEqual(450);
      expect(Math.abs(pad.width - pad.height), where).toBeLessThan(1);
      const tracks = await page
        .locator('.bar-track')
        .evaluateAll(all =>
          all.map(track => track.getBoundingClientRect()).map(({ y, height }) => ({ y, height })),
        );
      // One row wherever ten targets fit beside each other.
      const bars = (await page.locator('.bars').boundingBox())!;
      expect(new Set(tracks.map(({ y }) => y)).size, where).toBe(bars.width >= 460 ? 1 : 2);
      if (size[0] > 1000) expect(tracks[7]!.height, where).toBeGreaterThan(100);
    });
  }
});

test('nothing moves under the hand: not by ink, a lesson, its end, a label or a lost line', async ({
  page,
  context,
}) => {
  const tellLesson = await enter(page, 'still');
  const measure = () => atEach(page, fewSizes, () => boxes(page));
  const blank = await measure();

  tellLesson('training', '');
  await expect(page.getByTestId('learning').first()).toBeVisible();
  expect(await measure()).toEqual(blank);

  await draw(page);
  await expect(page.getByRole('button', { name: 'Yes, 7' })).toBeVisible();
  expect(await measure()).toEqual(blank);

  tellLesson(
    'refused',
    'Refused: digits 99.16 % before, 98.20 % after, of 5,000 that nobody trains on. '.repeat(3),
  );
  await expect(page.locator('.news')).toBeVisible();
  expect(await measure()).toEqual(blank);
  await atEach(page, fewSizes, async size => expect(await faults(page), size.join(' × ')).toEqual([]));

  await context.setOffline(true);
  await expect(page.locator('.status')).toContainText('offline');
  expect(await measure()).toEqual(blank);
  await page.keyboard.press('7');
  await expect(page.locator('.verdict')).toHaveText('Kept for later');
  expect(await measure()).toEqual(blank);
  await context.setOffline(false);
  await expect(page.locator('.verdict')).toHaveText('Saved');
  expect(await measure()).toEqual(blank);
});

test('a cleared drawing comes back by Undo, and a label that is taken back leaves the wall', async ({
  page,
  context,
}) => {
  await enter(page, 'undo');
  const wall = await context.newPage();
  await wall.goto('/r/undo/wall');
  await page.bringToFront();
  await draw(page);
  await page.keyboard.press('7');
  await expect(page.locator('.verdict')).toHaveText('Saved');
  await expect(wall.locator('.tile .mark-right')).toHaveCount(1);
  await expect(async () => {
    await page.getByRole('button', { name: 'take back' }).click({ timeout: 1000 });
    await expect(page.getByRole('button', { name: 'Yes, 7' })).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expect(wall.locator('.tile .mark')).toHaveCount(0);
  const before = await inkIn(page, '.pad canvas');
  await page.keyboard.press('Escape');
  expect(await inkIn(page, '.pad canvas')).toBe(0);
  await page.keyboard.press('Control+z');
  expect(await inkIn(page, '.pad canvas')).toBe(before);
  await expect(page.getByTestId('numeral')).toHaveText('7');
  await expect(page.getByRole('button', { name: 'Yes, 7' })).toBeVisible();
});

test('in forced colours the bars and the ink are seen; chalk is printed as ink; a finger beside a pen is told why', async ({
  page,
}) => {
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  await enter(page, 'contrast');
  await press(page, 'pen', strokeOf(1, seven[0]!));
  await expect(page.getByRole('button', { name: 'Yes, 7' })).toBeVisible();
  // The bars are painted a moment after the button.
  const coloursSeen = () =>
    page.evaluate(() => {
      const parts = ['.bar[data-top="true"] .bar-fill', '.bar-fill', '.bar-track'].map(part =>
        document.querySelector(part),
      );
      return new Set(parts.map(part => part && getComputedStyle(part).backgroundColor)).size;
    });
  await expect(page.locator('.bar[data-top="true"]')).toBeVisible();
  await expect.poll(coloursSeen).toBe(3);
  expect(await inkIn(page, '.pad canvas')).toBeGreaterThan(100);
  await page.emulateMedia({ forcedColors: 'none' });
  const inkColour = () =>
    page.evaluate(() => {
      const canvas = document.querySelector('.pad canvas');
      return canvas === null ? '' : getComputedStyle(canvas).color;
    });
  const chalk = await inkColour();
  await page.evaluate(() => void dispatchEvent(new Event('beforeprint')));
  expect(await inkColour()).toBe('rgb(28, 38, 72)');
  await page.evaluate(() => void dispatchEvent(new Event('afterprint')));
  expect(await inkColour()).toBe(chalk);
  await expect(async () => {
    await press(page, 'touch', strokeOf(2, seven[0]!));
    await expect(page.locator('.pad-notice')).toContainText('pen', { timeout: 1000 });
  }).toPass();
});

/** Words of the top of the page that are cut, stand on each other, or make a phone scroll sideways. */
const topFaults = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    const box = (selector: string) => document.querySelector(selector)!.getBoundingClientRect();
    const words =
      '.top > .status > [aria-live], .top > .status > .status-people, .top > .story, .top > .tools > .tool';
    for (const each of document.querySelectorAll(words))
      if (each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline')
        found.push(`${each.textContent} is cut`);
    const [brand, tools, people] = [box('.brand'), box('.top > .tools'), box('.status-people')];
    const isApart = brand.right <= tools.left || tools.right <= brand.left;
    if (!isApart) found.push('The brand stands on the names of places');
    if (people.right > innerWidth || people.left < 0) found.push('The number of people is out of view');
    if (document.documentElement.scrollWidth > innerWidth) found.push('The page scrolls sideways');
    return found;
  });

test('on a phone the top of the page is whole in every language', async ({ page }) => {
  const found: Record<string, string[]> = {};
  for (const code of Object.keys(languages)) {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`/r/top?lang=${code}`);
    await expect(page.locator('.status[data-link="live"] .status-people')).toBeVisible();
    for (const width of [390, 360, 320]) {
      await page.setViewportSize({ width, height: 740 });
      found[`${code} at ${width}`] = await topFaults(page);
    }
  }
  expect(Object.fromEntries(Object.entries(found).filter(([, faults]) => faults.length > 0))).toEqual({});
});
