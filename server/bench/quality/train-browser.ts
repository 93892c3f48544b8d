import { readdirSync } from 'node:fs';
import type { Browser } from '@playwright/test';
import { z } from 'zod';
import { clientFolder } from '../../http/page-routes.ts';
import { findChromium } from '../system/chromium.ts';
import { printLine } from '../system/progress.ts';
import { serverUnderTest } from '../system/server-under-test.ts';
import { countWebGpu } from './count-webgpu.ts';

const kinds = ['webgpu', 'webgl', 'wasm', 'cpu'] as const;
type Kind = (typeof kinds)[number];

/** `played`: a software graphics card for machines without one, correct but slow. */
const flags = {
  real: ['--enable-unsafe-webgpu'],
  played: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
};

const foundSchema = z.array(z.object({ name: z.string(), samplesPerSecond: z.number() }));
type Found = z.infer<typeof foundSchema>[number];

export interface ChromiumOptions {
  seconds: number;
  /** The program; default: Playwright's own, else the system's. */
  executable?: string | undefined;
  /** For every device, such as those that a headless browser needs to see a card. */
  extraFlags?: readonly string[];
}

/** Training samples per second of the page's trainer worker on each device; null without a browser or device. */
export async function trainInChromium({ seconds, executable, extraFlags = [] }: ChromiumOptions) {
  const launchChromium = await findChromium(executable);
  if (launchChromium === null) return null;
  const worker = readdirSync(`${clientFolder}assets`).find(name => /^worker-.+\.js$/.test(name));
  if (worker === undefined) throw new Error('The client is not built: run `npm run build`.');
  const server = await serverUnderTest({});
  const launch = (args: readonly string[]) => launchChromium([...args, ...extraFlags]);

  async function timed(browser: Browser, kind: Kind): Promise<Found | null> {
    printLine(`${kind} in Chromium, ${seconds} s`);
    const page = await browser.newPage();
    await page.goto(server.url);
    const message = { type: 'find', avoid: kinds.filter(each => each !== kind), timeMs: 1000 * seconds };
    const devices: unknown = await page.evaluate(`new Promise((resolve, reject) => {
      const worker = new Worker('/assets/${worker}', { type: 'module' });
      worker.onerror = () => reject(new Error('The trainer broke.'));
      worker.onmessage = ({ data }) => data.type === 'found' && resolve(data.devices);
      worker.postMessage(${JSON.stringify(message)});
    })`);
    await page.close();
    return foundSchema.parse(devices)[0] ?? null;
  }

  const browser = await launch(flags.real);
  const [webgl, wasm] = [await timed(browser, 'webgl'), await timed(browser, 'wasm')];
  let webgpu = await timed(browser, 'webgpu');
  let calls = webgpu && (await countWebGpu(browser, server.url));
  await browser.close();
  if (webgpu === null) {
    const playing = await launch(flags.played);
    webgpu = await timed(playing, 'webgpu');
    calls = webgpu && (await countWebGpu(playing, server.url));
    await playing.close();
  }
  await server.stop();
  const speed = (found: Found | null) => found?.samplesPerSecond ?? null;
  return {
    webgpu: speed(webgpu),
    webgl: speed(webgl),
    wasm: speed(wasm),
    calls,
    devices: [webgpu, webgl, wasm].flatMap(found => (found === null ? [] : [found.name])),
  };
}
