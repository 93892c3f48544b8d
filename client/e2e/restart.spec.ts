import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { draw, seven } from './hand.ts';

const port = Number(process.env.E2E_PORT ?? 8571) + 1;
const url = `http://localhost:${port}`;

async function start(folder: string): Promise<ChildProcess> {
  const server = spawn(process.execPath, ['server/main.ts'], {
    env: { PATH: process.env.PATH, PORT: `${port}`, DATA_DIR: folder },
    stdio: 'ignore',
  });
  await expect
    .poll(
      () =>
        fetch(`${url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(true);
  return server;
}

test('a server killed under the pen is back with everything that was drawn and labelled', async ({
  page,
}) => {
  test.setTimeout(90_000);
  const folder = mkdtempSync(join(tmpdir(), 'inkling-e2e-'));
  let server = await start(folder);
  try {
    await page.goto(`${url}/r/restart`);
    const status = page.locator('.status');
    await expect(status).toContainText('live');
    await draw(page, [seven[0]!.slice(0, 5)]);
    server.kill('SIGKILL');
    await once(server, 'exit');
    await expect(status).toContainText('offline');
    await page.keyboard.press('1');
    await page.keyboard.press('Escape');
    await draw(page);
    await page.keyboard.press('7');
    await expect(status).toContainText('2 labels waiting');
    server = await start(folder);
    await expect(status).toContainText('live');
    await expect(page.locator('.caption')).toContainText('Right: it is 7');
    await expect(page.getByTestId('numeral')).toHaveText('7');
    await page.keyboard.press('Escape');
    await expect(page.locator('.sample .mark')).toHaveCount(2);
    expect(
      await page.evaluate(() => Object.keys(localStorage).filter(key => key.startsWith('inkling.label.'))),
    ).toEqual([]);
  } finally {
    server.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
