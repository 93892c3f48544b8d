import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, defineConfig } from '@playwright/test';
import { adminToken, port, secureUrl } from './client/e2e/shared-server.ts';

// A name of its own: an address of this machine would count as secure, and no visitor's does.
const host = 'inkling.test';
// Where no browser of Playwright's own is installed, the system's has to do: without a window, it takes a third of the time.
const own = existsSync(chromium.executablePath());
const system = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(existsSync);
const executablePath = process.env.PLAYWRIGHT_CHROMIUM ?? (own ? undefined : system);

export default defineConfig({
  testDir: 'client/e2e',
  globalSetup: 'server/testing/global-setup.ts',
  outputDir: 'test-results',
  fullyParallel: false,
  workers: 1,
  // These only end what hangs: no test may depend on the speed of the machine.
  timeout: 600_000,
  expect: { timeout: 120_000 },
  reporter: [['list'], ['json', { outputFile: 'out/playwright.json' }]],
  use: {
    baseURL: `http://${host}:${port}`,
    browserName: 'chromium',
    // A trace films every frame, in half of the processor time of all browser tests; `--trace retain-on-failure` asks for one.
    trace: 'off',
    screenshot: 'only-on-failure',
    // What glides is painted sixty times a second as long as a lesson takes; live.spec.ts and wall.spec.ts let it glide.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      ...(executablePath !== undefined && { executablePath }),
      args: [
        `--host-resolver-rules=MAP ${host} 127.0.0.1`,
        '--headless=new',
        '--no-sandbox',
        // Without a card Chromium would emulate one to paint the page.
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: 'node server/testing/serve-empty.ts',
    url: `${secureUrl}/readyz`,
    timeout: 180_000,
    env: {
      PORT: `${port}`,
      ADMIN_TOKEN: adminToken,
      TEACH_NICE: '0', // next to busy tests a nice job would wait for the processor for minutes
      TEACH_STEPS: '40', // enough to learn a sign
      DATA_DIR: mkdtempSync(join(tmpdir(), 'inkling-e2e-')),
    },
  },
});
