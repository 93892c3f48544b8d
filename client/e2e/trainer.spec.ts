import { type Browser, chromium, expect, type LaunchOptions, type Page, test } from '@playwright/test';
import { arabicSeven } from './arabic-seven.ts';
import { draw, inkIn } from './hand.ts';
import { watchOrigins } from './origins.ts';
import { secureUrl } from './shared-server.ts';

/** An emulated graphics card: correct, and a hundred times slower than WebAssembly. */
const emulatedCard = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

function launch({ args = [], ...options }: LaunchOptions, flags: string[]): Promise<Browser> {
  const own = args.filter(arg => arg !== '--disable-gpu');
  return chromium.launch({ ...options, args: [...own, ...flags] });
}

const numeral = (page: Page) => page.getByTestId('numeral');
/** The most probable digit, however sure. */
const top = (page: Page) => page.locator('.bar[data-top="true"]');
const device = (page: Page) => page.getByTestId('device');
const verdict = (page: Page) => page.getByTestId('own-verdict');

/** At localhost, a secure context, which WebGPU needs. */
async function enter(page: Page, path: string) {
  await page.goto(`${secureUrl}${path}`);
  await expect(page.locator('.status')).toContainText('live');
}

/** Blocks the code of every other backend. */
async function only(page: Page, kind: 'webgpu' | 'webgl') {
  for (const each of ['webgpu', 'webgl', 'wasm', 'cpu']) {
    if (each !== kind) await page.route(`**/assets/${each}-*.js`, route => route.abort());
  }
}

/** The same code with other numbers: on an emulated card a whole job would take minutes. Ten steps are read together. */
const shortJob = [
  ['size:64,', 'size:8,'],
  ['maxNewPerBatch:24', 'maxNewPerBatch:3'],
  ['minSteps:100,', 'minSteps:50,'], // of which the server asks for 40 %
  ['minNewSteps:200,', 'minNewSteps:50,'],
  ['stepsPerSample:1,', 'stepsPerSample:0,'],
] as const;

/** Changes numbers in the trainer's code; `first` runs before it. */
async function rewrite(page: Page, numbers: readonly (readonly [string, string])[], first?: () => void) {
  await page.route('**/assets/worker-*.js', async route => {
    const response = await route.fetch();
    let body = await response.text();
    for (const [whole, short] of numbers) {
      if (!body.includes(whole)) throw new Error(`The trainer has no ${whole}`);
      body = body.replace(whole, short);
    }
    await route.fulfill({ response, body: first === undefined ? body : `(${first})();\n${body}` });
  });
}

/** A page with labelled drawings in a room of its own. */
async function setUp(browser: Browser, { room, labels }: { room: string; labels: number }) {
  const page = await browser.newPage();
  await enter(page, `/r/${room}`);
  for (let nth = 0; nth < labels; nth++) {
    await draw(page, [arabicSeven(nth)]);
    await expect(numeral(page)).not.toHaveText('');
    await page.keyboard.press('7');
    await expect(page.locator('.verdict')).toHaveText('Saved');
    await page.keyboard.press('Escape');
  }
  return page;
}

/** Another browser with a drawing that the champion does not recognise. */
async function waiting(browser: Browser, room: string) {
  const other = await browser.newPage();
  await enter(other, `/r/${room}`);
  await draw(other, [arabicSeven(10)]);
  await expect(numeral(other)).toHaveText('not sure');
  return other;
}

async function teachHere(page: Page) {
  await page.getByRole('link', { name: 'Lab', exact: true }).click();
  await page.getByRole('button', { name: 'Teach in this browser' }).click();
}

async function seeCurvesMove(page: Page) {
  await expect.poll(() => inkIn(page, '.in-browser .curve'), { timeout: 300_000 }).toBeGreaterThan(100);
  const early = await inkIn(page, '.in-browser .curve');
  await expect.poll(() => inkIn(page, '.in-browser .curve'), { timeout: 300_000 }).not.toBe(early);
}

test('[PV7] trains on WebAssembly without WebGPU, asks no other site, and a second browser gets the better prediction', async ({
  browser,
}) => {
  test.setTimeout(600_000);
  const page = await setUp(browser, { room: 'arabic', labels: 9 });
  const origins = watchOrigins(page.context());
  const other = await waiting(browser, 'arabic');
  await teachHere(page);
  await expect(device(page)).toContainText('WebAssembly', { timeout: 300_000 });
  await seeCurvesMove(page);
  await expect(verdict(page)).toBeVisible({ timeout: 300_000 });
  await expect(page.locator('.in-browser')).toHaveAttribute('data-end', 'promoted');
  await expect(top(other)).toHaveText('7');
  expect([...origins]).toEqual([secureUrl]);
  for (const each of [page, other]) await each.close();
});

test.describe('on an emulated card', () => {
  let browser: Browser;
  test.beforeAll(async ({ launchOptions }) => {
    browser = await launch(launchOptions, emulatedCard);
  });
  test.afterAll(() => browser.close());

  test('a short job on WebGPU alone is trained, uploaded and evaluated', async () => {
    test.setTimeout(600_000);
    const page = await setUp(browser, { room: 'webgpu', labels: 3 });
    await rewrite(page, shortJob);
    await only(page, 'webgpu');
    await teachHere(page);
    await expect(device(page)).toContainText('WebGPU · google swiftshader', { timeout: 300_000 });
    await seeCurvesMove(page);
    await expect(verdict(page)).not.toBeEmpty({ timeout: 300_000 });
    await page.close();
  });

  test('a device is lost in the middle of a job: training goes on with the next best, to a verdict', async () => {
    test.setTimeout(600_000);
    const page = await setUp(browser, { room: 'lost', labels: 3 });
    await rewrite(page, shortJob, holdAfterTenSteps);
    await only(page, 'webgpu');
    await teachHere(page);
    await expect(device(page)).toContainText('WebGPU', { timeout: 300_000 });
    await expect(page.locator('.in-browser .station[aria-current]')).toContainText('Practising 10', {
      timeout: 300_000,
    });
    for (const kind of ['webgl', 'wasm', 'cpu']) await page.unroute(`**/assets/${kind}-*.js`);
    await page.workers()[0]!.evaluate(() => Reflect.get(self, 'loseDevice')());
    await expect(page.locator('.in-browser')).toContainText(
      'swiftshader was lost; going on with the next best',
    );
    await expect(verdict(page)).not.toBeEmpty({ timeout: 300_000 });
    await expect(device(page)).toContainText('WebAssembly');
    await page.close();
  });
});

/** Runs in the worker: once ten steps are read, no others are until `loseDevice` is called. */
function holdAfterTenSteps() {
  const devices: { destroy(): void }[] = [];
  const adapter = Reflect.get(self, 'GPUAdapter').prototype;
  const buffer = Reflect.get(self, 'GPUBuffer').prototype;
  const { requestDevice } = adapter;
  const { mapAsync } = buffer;
  let held: Promise<void> | undefined;
  adapter.requestDevice = async function request(...words: unknown[]) {
    const device = await Reflect.apply(requestDevice, this, words);
    devices.push(device);
    return device;
  };
  buffer.mapAsync = async function map(...words: unknown[]) {
    await held;
    return Reflect.apply(mapAsync, this, words);
  };
  const post = self.postMessage.bind(self);
  Reflect.set(self, 'postMessage', (message: { type: string; step?: number }, options: never) => {
    post(message, options);
    if (message.type !== 'step' || message.step !== 10) return;
    held = new Promise(resolve => {
      Reflect.set(self, 'loseDevice', () => {
        for (const each of devices) each.destroy();
        resolve();
      });
    });
  });
}
