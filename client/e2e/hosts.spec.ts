import { expect, type Page, test } from '@playwright/test';

/** Draws a vertical line on the pad. */
async function drawLine(page: Page) {
  const box = (await page.locator('.pad').boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + 0.2 * box.height);
  await page.mouse.down();
  for (let i = 3; i <= 8; i++) await page.mouse.move(box.x + box.width / 2, box.y + 0.1 * i * box.height);
  await page.mouse.up();
}

test('[H5] [H6] [H12] a teacher makes a room, hides a drawing, pauses its author, and ends the room with all it held', async ({
  browser,
}) => {
  const open = async () => (await browser.newContext()).newPage();
  const [teacher, pupil, friend] = [await open(), await open(), await open()];
  await teacher.goto('/');
  await teacher.getByRole('button', { name: 'Room', exact: true }).click();
  await teacher.getByRole('button', { name: 'Make a room' }).click();
  await teacher.waitForURL(/\/r\/[a-z]+-[a-z]+-[a-z]+-\d{6}$/);
  const { pathname } = new URL(teacher.url());
  await teacher.goto(`${pathname}/wall`);
  await teacher.getByRole('button', { name: 'Host', exact: true }).click();
  const code = teacher.getByRole('dialog').getByRole('img', { name: /^QR code: / });
  const address = (await code.getAttribute('aria-label'))!.replace('QR code: ', '');
  expect(new URL(address).pathname).toBe(pathname);
  await teacher.getByRole('button', { name: 'Close' }).click();
  for (const page of [pupil, friend]) {
    await page.goto(address);
    await expect(page.locator('.status')).toContainText('live');
    await expect(page.getByRole('button', { name: 'Room', exact: true })).toBeVisible();
    await drawLine(page);
  }
  const tiles = teacher.locator('.tiles-wall > .tile');
  await expect(tiles).toHaveCount(2);

  await tiles.first().getByLabel('Host').click();
  await tiles.first().getByRole('button', { name: 'Pause person' }).click();
  await expect(pupil.getByText('The host has paused your pen.')).toBeVisible();
  await tiles.first().getByLabel('Host').click();
  await tiles.first().getByRole('button', { name: 'Hide' }).click();
  await expect(pupil.getByText('The host has taken this drawing off the wall.')).toBeVisible();
  await expect(tiles).toHaveCount(1);
  await teacher.locator('.toast', { hasText: 'Hidden' }).getByRole('button', { name: 'Undo' }).click();
  await expect(tiles).toHaveCount(2);

  await teacher.getByRole('button', { name: 'Host', exact: true }).click();
  await teacher.getByRole('button', { name: 'End the room' }).click();
  await teacher.getByRole('button', { name: 'Yes, end it' }).click();
  for (const page of [pupil, friend])
    await expect(page.getByText('This room has ended').first()).toBeVisible();
  const left = await friend.evaluate(
    async room => (await fetch(`/api/samples?room=${room}`)).json(),
    pathname.slice('/r/'.length),
  );
  expect(left.samples).toEqual([]);
});
