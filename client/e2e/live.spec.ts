import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { expectFits } from './fits.ts';
import { bar, begin, draw, inkIn, press, scribble, seven, strokeOf } from './hand.ts';
import { watchOrigins } from './origins.ts';

test.use({ contextOptions: { reducedMotion: 'no-preference' } });

const padInk = '.pad canvas';
const numeral = (page: Page) => page.getByTestId('numeral');
const status = (page: Page) => page.locator('.status');

/** Every test has its own room, in which nobody else draws. */
async function enter(page: Page, room: string, place = '') {
  await page.goto(`/r/${room}${place}`);
  await expect(status(page)).toContainText('live');
}

async function expectRead(page: Page, digit: number) {
  await expect(numeral(page)).toHaveText(`${digit}`);
  await expect(numeral(page)).toHaveAttribute('data-state', 'decided');
}

test('a 7 is predicted while it is drawn, and every view shows it', async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', error => errors.push(error.message));
  page.on('console', message => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await enter(page, 'reading');
  await draw(page);
  await expectRead(page, 7);
  await expect(page.locator('.caption')).toContainText('I read 7');
  await expect(page.locator('.bar[data-top="true"]')).toHaveText('7');
  await expect(page.locator('[aria-live="polite"]', { hasText: 'I read 7' })).toBeAttached();
  expect(await inkIn(page, '.model-pixels')).toBeGreaterThan(50);
  expect(await inkIn(page, '.ribbon-rows')).toBeGreaterThan(50);
  expect(errors).toEqual([]);
});

test('a viewer sees the ink while it is drawn, then the prediction and the label', async ({ browser }) => {
  const writer = await (await browser.newContext()).newPage();
  const viewer = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
  await enter(writer, 'watching');
  await enter(viewer, 'watching', '/wall');
  await expect(viewer.locator('.wall-empty')).toBeVisible();
  await expect(viewer.locator('.wall-people')).toContainText('2');
  await expect(viewer.locator('.join-code')).toBeVisible();
  await begin(writer, seven[0]!.slice(0, 4));
  await expect.poll(() => inkIn(viewer, '.tile canvas')).toBeGreaterThan(20);
  const halfway = await inkIn(viewer, '.tile canvas');
  for (const [x, y] of seven[0]!.slice(4)) {
    const box = (await writer.getByRole('application').boundingBox())!;
    await writer.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 6 });
  }
  await expect.poll(() => inkIn(viewer, '.tile canvas')).toBeGreaterThan(halfway);
  await writer.mouse.up();
  await expect(viewer.locator('.tile-guess')).toHaveText('7');
  await writer.keyboard.press('1');
  await expect(viewer.locator('.tile .mark-wrong')).toHaveText('1');
  await writer.keyboard.press('7');
  await expect(viewer.locator('.tile .mark-right')).toBeVisible();
  await writer.keyboard.press('Escape');
  await expect(viewer.locator('.tile')).toHaveAttribute('data-finished', 'true');
  await expect(viewer.locator('.tile')).toHaveCount(1);
  await writer.close();
  await viewer.close();
});

test('a scribble shows as not sure once the hand rests', async ({ page }) => {
  await enter(page, 'scribbling');
  await draw(page, [scribble]);
  await expect(numeral(page)).toHaveText('not sure');
  await expect(page.locator('.caption')).toContainText('Not sure');
  await expect(page.locator('[aria-live="polite"]', { hasText: 'Not sure' })).toBeAttached();
});

test('the explanation colours the ink that speaks for a 7, until the next stroke', async ({ page }) => {
  await enter(page, 'asking');
  await draw(page);
  await expectRead(page, 7);
  await page.getByRole('button', { name: 'Why?' }).click();
  await expect(page.getByTestId('why')).toContainText('speaks for 7');
  await expect(page.getByRole('status').filter({ hasText: 'What speaks most for 7' })).toBeAttached();
  await expect.poll(() => inkIn(page, '.why-ink')).toBeGreaterThan(200);
  await draw(page, [bar]);
  await expect(page.getByTestId('why')).toHaveCount(0);
  await expect(page.locator('.why-ink')).toHaveCount(0);
});

test('a corrected prediction appears so among the recent drawings', async ({ page }) => {
  await enter(page, 'correcting');
  await draw(page);
  await expectRead(page, 7);
  await page.getByRole('button', { name: '1', exact: true }).click();
  await expect(page.locator('.verdict')).toHaveText('Saved');
  await expect(page.locator('.caption')).toContainText('Noted: 1, not 7');
  await page.getByRole('button', { name: 'Next' }).click();
  const row = page.locator('.sample').first();
  await expect(row.locator('.sample-guess')).toContainText('7');
  await expect(row.locator('.mark-wrong')).toHaveText('1');
  await expect.poll(() => inkIn(page, '.sample canvas')).toBeGreaterThan(5);
  await draw(page);
  await expectRead(page, 7);
  await page.keyboard.press('Enter');
  await expect(page.locator('.verdict')).toHaveText('Saved');
  await page.keyboard.press('Escape');
  await expect(page.locator('.sample')).toHaveCount(2);
  await expect(page.locator('.sample').first().locator('.mark-right')).toBeVisible();
});

test('a reload in the middle of a drawing keeps its ink', async ({ page }) => {
  await enter(page, 'reloading');
  await begin(page, seven[0]!.slice(0, 4));
  await page.reload();
  await expect(status(page)).toContainText('live');
  await page.mouse.up();
  const before = await inkIn(page, padInk);
  expect(before).toBeGreaterThan(100);
  await draw(page, [seven[0]!.slice(3)]);
  await expectRead(page, 7);
  expect(await inkIn(page, padInk)).toBeGreaterThan(before);
  await page.goto('/r/reloading/wall');
  await expect(page.locator('.tile')).toHaveCount(1);
});

test('ink and labels made offline are sent after the reconnect', async ({ page, context }) => {
  await enter(page, 'offline');
  await draw(page, [seven[0]!.slice(0, 4)]);
  await context.setOffline(true);
  await expect(status(page)).toContainText('offline');
  await draw(page, [seven[0]!.slice(3)]);
  expect(await inkIn(page, padInk)).toBeGreaterThan(100);
  await page.keyboard.press('7');
  await expect(page.locator('.verdict')).toHaveText('Kept for later');
  await expect(status(page)).toContainText('1 answer waiting');
  await page.keyboard.press('Escape');
  await draw(page, [...seven, bar]);
  await context.setOffline(false);
  await expect(status(page)).toContainText('live');
  await expectRead(page, 7);
  await expect(status(page)).not.toContainText('waiting');
  await expect(page.locator('.sample .mark-right')).toHaveCount(1);
  await expect(page.locator('.tile, .sample')).not.toHaveCount(0);
});

test('[PV7] [PV6] a visit of every place asks no other site, and its drawings are taken home and erased', async ({
  page,
  baseURL,
}) => {
  const origins = watchOrigins(page.context());
  await enter(page, 'private');
  await draw(page, [...seven, bar]);
  await expectRead(page, 7);
  await page.keyboard.press('7');
  await expect(page.locator('.verdict')).toHaveText('Saved');
  for (const place of ['Wall', 'Lab', 'Privacy'])
    await page.getByRole('link', { name: place, exact: true }).click();
  await expect(page.locator('.privacy')).toContainText('30 days, unless you erase them before');
  await expect(page.locator('.privacy-own')).toContainText('keeps 1 drawing of this browser. To 1 of them');

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Take them home' }).click();
  const lines = readFileSync(await (await download).path(), 'utf8')
    .trim()
    .split('\n');
  expect(lines.map(line => JSON.parse(line))).toMatchObject([{ room: 'private', label: 7 }]);

  await page.getByRole('button', { name: 'Erase them' }).click();
  await expect(page.getByRole('button', { name: 'Keep them' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Erase them' }).click();
  await page.getByRole('button', { name: 'Erase them for ever' }).click();
  await expect(page.locator('.privacy-outcome')).toHaveText('1 stored drawing erased.');
  await expect(page.locator('.privacy-own')).toContainText('keeps 0 drawings');
  await page.getByRole('link', { name: 'Draw', exact: true }).click();
  await expect(page.locator('.tile')).toHaveCount(0);
  expect(await inkIn(page, padInk)).toBe(0);
  await page.reload();
  await expect(status(page)).toContainText('live');
  await expect(page.locator('.sample, .tile')).toHaveCount(0);
  expect([...origins]).toEqual([new URL(baseURL ?? '').origin]);
});

test('the privacy page fits on a phone and is large enough to tap', async ({ browser }) => {
  const page = await browser.newPage({ viewport: { width: 360, height: 740 }, isMobile: true });
  await page.goto('/privacy');
  await expect(page.locator('.privacy-own')).toContainText('keeps 0 drawings');
  await expectFits(page, 'button, a.tool, a.button');
  await page.close();
});

test('every control fits on a phone and is large enough to tap', async ({ browser }) => {
  for (const width of [360, 390]) {
    const context = await browser.newContext({
      viewport: { width, height: 740 },
      deviceScaleFactor: 2,
      hasTouch: true,
      isMobile: true,
    });
    const page = await context.newPage();
    await enter(page, `phone-${width}`);
    await expectFits(page, 'button, a.tool, input');
    const next = await page
      .locator('.controls')
      .evaluate(controls => controls.getBoundingClientRect().bottom);
    expect(next).toBeLessThanOrEqual(740);
    await press(page, 'touch', strokeOf(1, seven[0]!));
    await expectRead(page, 7);
    await page.getByRole('button', { name: 'Yes, 7' }).tap();
    await expect(page.locator('.verdict')).toHaveText('Saved');
    await context.close();
  }
});

test('a tap of two fingers undoes a stroke', async ({ page }) => {
  await enter(page, 'fingers');
  await press(page, 'touch', strokeOf(1, seven[0]!));
  await press(page, 'touch', strokeOf(2, bar));
  const withBar = await inkIn(page, padInk);
  await press(page, 'touch', [
    { type: 'pointerdown', id: 3, at: [0.2, 0.9] },
    { type: 'pointerdown', id: 4, at: [0.4, 0.9] },
    { type: 'pointerup', id: 3, at: [0.2, 0.9] },
    { type: 'pointerup', id: 4, at: [0.4, 0.9] },
  ]);
  await expect.poll(() => inkIn(page, padInk)).toBeLessThan(withBar);
  await expectRead(page, 7);
});

test('once a pen is seen, touch does not draw until pen-only mode is off', async ({ page }) => {
  await enter(page, 'pen');
  await press(page, 'touch', [{ type: 'pointerdown', id: 9, at: [0.8, 0.9] }]);
  await press(page, 'pen', strokeOf(1, seven[0]!));
  await press(page, 'touch', strokeOf(2, bar));
  await expectRead(page, 7);
  // The drawing in the session storage.
  const strokes = () =>
    page.evaluate(
      () => JSON.parse(sessionStorage.getItem('inkling.pen.current') ?? '{"strokes":[]}').strokes.length,
    );
  expect(await strokes()).toBe(1);
  await page.getByRole('button', { name: 'Pen only' }).click();
  await press(page, 'touch', strokeOf(3, bar));
  await expect.poll(strokes).toBe(2);
});

test('the keyboard alone draws, labels and starts the next drawing', async ({ page }) => {
  await enter(page, 'keys');
  await page.getByRole('application').focus();
  const hold = async (key: string, times: number) => {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  };
  await hold('Shift+ArrowLeft', 2);
  await page.keyboard.press('Space');
  await hold('Shift+ArrowRight', 4);
  for (let i = 0; i < 5; i++) {
    await hold('ArrowLeft', 2);
    await hold('Shift+ArrowDown', 1);
  }
  await page.keyboard.press('Space');
  await expect(numeral(page)).toHaveText('7');
  await page.keyboard.press('7');
  await expect(page.locator('.verdict')).toHaveText('Saved');
  await page.keyboard.press('Escape');
  await expect(page.locator('.caption')).toContainText('Draw a digit');
  expect(await inkIn(page, padInk)).toBe(0);
});

test('Ctrl+Z undoes, and a reload keeps the colour scheme', async ({ page }) => {
  await enter(page, 'looks');
  await draw(page, [...seven, bar]);
  const both = await inkIn(page, padInk);
  await page.keyboard.press('Control+z');
  await expect.poll(() => inkIn(page, padInk)).toBeLessThan(both);
  await page.getByRole('button', { name: 'Chalk on a board' }).click();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Ink on paper' })).toBeVisible();
});

test('a copied tab goes on with the ink as a drawing of its own', async ({ page }) => {
  await enter(page, 'copies');
  await draw(page);
  await expectRead(page, 7);
  // A window that the page opens gets a copy of its session storage, as a duplicated tab does.
  const [copy] = await Promise.all([
    page.waitForEvent('popup'),
    page.evaluate(() => void window.open(location.href)),
  ]);
  await expect(status(copy)).toContainText('live');
  await expectRead(copy, 7);
  const idOf = (tab: Page) =>
    tab.evaluate(() => JSON.parse(sessionStorage.getItem('inkling.copies.current') ?? '{}').id);
  await expect.poll(async () => (await idOf(copy)) === (await idOf(page))).toBe(false);
  for (const tab of [page, copy]) {
    await tab.bringToFront();
    await tab.keyboard.press('7');
    await expect(tab.locator('.verdict')).toHaveText('Saved');
  }
  const stored = await page.evaluate(async () => {
    const { samples } = await (await fetch('/api/samples?room=copies')).json();
    return samples.map(({ drawing }: { drawing: string }) => drawing);
  });
  expect(stored.sort()).toEqual([await idOf(page), await idOf(copy)].sort());
});
