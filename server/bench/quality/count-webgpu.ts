import { readFile } from 'node:fs/promises';
import type { Browser } from '@playwright/test';
import { bundleForPage } from '../../../training/webgpu/testing/bundle.ts';
import { pack } from '../../../training/webgpu/testing/packed.ts';
import type { InPage } from '../../../training/webgpu/testing/page.ts';
import { printLine } from '../system/progress.ts';

declare global {
  var inPage: InPage;
}

/** A small batch suffices: the calls of a step do not depend on it. */
const images = 8;
/** The steps between two reads, far enough from the first ones. */
const [from, to] = [9, 39];

/** Requests of each training step to the device, counted at the device's own functions. */
export async function countWebGpu(browser: Browser, url: string) {
  printLine('What a step asks of the device');
  const page = await browser.newPage({ bypassCSP: true });
  await page.goto(url);
  await page.addScriptTag({ content: await bundleForPage('./page.ts'), type: 'module' });
  await page.waitForFunction(() => 'inPage' in globalThis);
  const weights = pack(await readFile(new URL('../../../models/base/weights.bin', import.meta.url)));
  const { calls } = await page.evaluate(run => inPage.runSteps(run), {
    runner: 'kernels' as const,
    weights,
    images,
    own: 2,
    steps: to + 1,
  });
  await page.close();
  const each = (kind: keyof (typeof calls)[number]) => (calls[to][kind] - calls[from][kind]) / (to - from);
  return {
    webgpuDispatchesPerStep: each('dispatches'),
    webgpuSubmitsPerStep: each('submits'),
    webgpuReadsPerStep: each('reads'),
    webgpuObjectsPerStep: each('objects'),
  };
}
