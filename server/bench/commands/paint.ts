import { parseArgs } from 'node:util';
import type { Browser } from '@playwright/test';
import { UsageError } from '../../../training/commands/run-command.ts';
import { findChromium } from '../system/chromium.ts';
import { cpuBetween, readCpu } from '../system/cpu.ts';
import { disturbance } from '../system/noise.ts';
import { numberOption, type Range } from '../system/options.ts';
import { percentiles } from '../system/percentiles.ts';
import { printLine } from '../system/progress.ts';
import { serverUnderTest } from '../system/server-under-test.ts';

export const usage = 'paint [--kbits 400] [--latency 150] [--visits 5] [--chromium PATH] [--url URL]';

/** What each place shows when its own code is there. */
const places = [
  { name: 'draw', path: '/r/paint', ready: 'canvas' },
  { name: 'wall', path: '/r/paint/wall', ready: '.wall-side' },
  { name: 'lab', path: '/r/paint/lab', ready: 'main.lab' },
] as const;
type Place = (typeof places)[number];

const kbitsRange: Range = { min: 10, max: 1e6 };
const latencyRange: Range = { min: 0, max: 10_000 };
const visitMs = 300_000; // at most, on the slowest line
const visitsRange: Range = { min: 1, max: 100, whole: true };

/** When a first visitor on a slow line sees something, and when the place is there. Medians of several visits. */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      kbits: { type: 'string', default: '400' },
      latency: { type: 'string', default: '150' },
      visits: { type: 'string', default: '5' },
      chromium: { type: 'string' },
      url: { type: 'string' },
    },
  });
  const line = {
    kbits: numberOption('kbits', values.kbits, kbitsRange),
    latencyMs: numberOption('latency', values.latency, latencyRange),
  };
  const visits = numberOption('visits', values.visits, visitsRange);
  const launch = await findChromium(values.chromium);
  if (launch === null) throw new UsageError('There is no Chromium: --chromium takes its path.');
  const server = await serverUnderTest(values.url === undefined ? {} : { url: values.url });
  const browser = await launch();
  try {
    const before = readCpu();
    const figures: Record<string, Awaited<ReturnType<typeof medianVisit>>> = {};
    for (const place of places) {
      printLine(`${place.name}, ${visits} visits at ${line.kbits} kbit/s`);
      figures[place.name] = await medianVisit(browser, { url: server.url, place, line, visits });
    }
    const after = readCpu();
    return { ...line, visits, ...figures, ...disturbance(before && after && cpuBetween(before, after)) };
  } finally {
    await browser.close();
    await server.stop();
  }
}

type Line = { kbits: number; latencyMs: number };
type Visit = { url: string; place: Place; line: Line };

async function medianVisit(browser: Browser, { visits, ...visit }: Visit & { visits: number }) {
  const seen: Awaited<ReturnType<typeof visitOnce>>[] = [];
  for (let i = 0; i < visits; i++) seen.push(await visitOnce(browser, visit));
  const median = (of: (each: (typeof seen)[number]) => number) => percentiles(seen.map(of), [0.5])[0] ?? null;
  return {
    paintMs: median(each => each.paintMs),
    readyMs: median(each => each.readyMs),
    kilobytes: median(each => each.kilobytes),
  };
}

/** Runs in the page: when it painted first, which a busy machine does after the place is ready, and when that was. */
const readTimes = `new Promise(resolve => {
  const readyMs = performance.now();
  const painted = list => {
    const [first] = list.getEntriesByName('first-contentful-paint');
    if (first) resolve([first.startTime, readyMs]);
  };
  new PerformanceObserver(painted).observe({ type: 'paint', buffered: true });
})`;

/** One visit with an empty cache. `kilobytes` are those on the wire until the place is ready. */
async function visitOnce(browser: Browser, { url, place, line }: Visit) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const devTools = await context.newCDPSession(page);
  let bytes = 0;
  devTools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await devTools.send('Network.enable');
  const bytesPerSecond = (1000 * line.kbits) / 8;
  await devTools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: line.latencyMs,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
  await page.goto(`${url}${place.path}`, { waitUntil: 'commit', timeout: visitMs });
  await page.locator(place.ready).first().waitFor({ timeout: visitMs });
  const [paintMs = Number.NaN, readyMs = Number.NaN] = await page.evaluate<number[]>(readTimes);
  await context.close();
  return { paintMs, readyMs, kilobytes: bytes / 1000 };
}
