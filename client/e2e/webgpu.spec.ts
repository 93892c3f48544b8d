import '@tensorflow/tfjs-backend-cpu';
import { readFile } from 'node:fs/promises';
import { type Browser, chromium, expect, type Page, test } from '@playwright/test';
import * as tf from '@tensorflow/tfjs-core';
import { createRandom, type Random, uniform } from '../../shared/random.ts';
import { decodeWeights, encodeWeights } from '../../shared/weights.ts';
import { registerGradients } from '../../training/engine/register-gradients.ts';
import { startWasm } from '../../training/engine/start-wasm.ts';
import { wasmPath } from '../../training/engine/wasm-path.ts';
import { train } from '../../training/learn/train.ts';
import { isOfStages } from '../../training/model/learned.ts';
import { initialWeights } from '../../training/model/network.ts';
import { loadServingNet } from '../../training/model/serving-net.ts';
import { flatNetOf, fold, type Net } from '../../training/webgpu/flat-net.ts';
import { bundleForPage } from '../../training/webgpu/testing/bundle.ts';
import { greyBatches, softTargets } from '../../training/webgpu/testing/grey-batches.ts';
import { pack, unpack, unpackBytes } from '../../training/webgpu/testing/packed.ts';
import type { InPage } from '../../training/webgpu/testing/page.ts';
import { referenceStep } from '../../training/webgpu/testing/reference-step.ts';

/** The prepared training step on an emulated graphics card. */

const flags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
/** Browsers give WebGPU to pages that came securely, as from this machine. */
const address = 'http://localhost:9/';

let browser: Browser;
let page: Page;
test.beforeAll(async ({ launchOptions }) => {
  const own = (launchOptions.args ?? []).filter(arg => arg !== '--disable-gpu');
  browser = await chromium.launch({ ...launchOptions, args: [...own, ...flags] });
  const code = await bundleForPage('./page.ts');
  page = await browser.newPage();
  await page.route(address, route =>
    route.fulfill({ contentType: 'text/html', body: '<title>WebGPU</title>' }),
  );
  await page.goto(address);
  await page.addScriptTag({ content: code, type: 'module' });
  await page.waitForFunction(() => 'inPage' in globalThis);
});
test.afterAll(() => browser.close());

declare global {
  var inPage: InPage;
}

const nets: Record<string, Net> = {
  'two planes, then channels in fours, pooled at even and at odd sides': {
    side: 14,
    depth: 2,
    stages: [
      { channels: 8, pool: true },
      { channels: 12, pool: true },
      { channels: 4, pool: false },
    ],
    answers: [10, 10, 2, 2],
  },
  'one stage that is not pooled': {
    side: 5,
    depth: 1,
    stages: [{ channels: 4, pool: false }],
    answers: [3],
  },
  'channels in fours from the image on': {
    side: 9,
    depth: 4,
    stages: [
      { channels: 4, pool: false },
      { channels: 16, pool: true },
    ],
    answers: [7, 2],
  },
};

const values = (random: Random, count: number, range: readonly [number, number] = [-1, 1]) =>
  Float32Array.from({ length: count }, () => uniform(random, range));

for (const [name, net] of Object.entries(nets)) {
  test(`each kernel computes what the plain CPU backend computes: ${name}`, async () => {
    await tf.setBackend('cpu');
    registerGradients();
    const random = createRandom(3);
    const flat = flatNetOf(net);
    const images = 5;
    const parameters = values(random, flat.count, [-0.5, 0.5]);
    const { first, features, classes } = flat.answer;
    parameters.fill(0, first + (features + 1) * classes); // no parameters: they fill up the last four
    const norms = new Float32Array([
      ...values(random, flat.count, [0.5, 2]),
      ...values(random, flat.count, [-0.2, 0.2]),
    ]);
    norms.fill(0, flat.count + first + (features + 1) * classes);
    const [rate, shrink, keep, taught] = [1e-2, 0.999, 0.9, 3];
    const input = {
      images: values(random, images * net.side ** 2 * net.depth, [0, 1]),
      targets: softTargets(random, { images, answers: net.answers }),
      parameters,
      norms,
      reference: values(random, flat.count, [-0.3, 0.3]),
    };
    const expected = referenceStep({ ...input, flat, taught, rate, shrink, keep });
    const packed = await page.evaluate(run => inPage.runKernels(run), {
      net,
      images: pack(input.images),
      targets: pack(input.targets),
      parameters: pack(parameters),
      norms: pack(norms),
      folded: pack(fold(parameters, norms)),
      reference: pack(input.reference),
      numbers: [rate, shrink, keep, 1 / 0.1, 1 / 0.001, 0, taught] as const,
      read: [...Object.keys(expected), 'layers'],
    });
    const written = Object.fromEntries(Object.entries(packed).map(([key, text]) => [key, [...unpack(text)]]));
    written.gradients = summedSlices(written.gradients!, written.layers!);
    const parts = (found: readonly number[]) =>
      [0, 1, 2, 3].map(part => found.slice(part * flat.count, (part + 1) * flat.count));
    for (const [buffer, wanted] of Object.entries(expected)) {
      const found = written[buffer]!.slice(0, wanted.length); // buffers end at a multiple of four numbers
      const pairs =
        buffer === 'state'
          ? parts(found).map((own, k) => [own, parts(wanted)[k]!] as const)
          : [[found, wanted] as const];
      for (const [own, right] of pairs) expect(farthest(own, right), buffer).toBeLessThan(2e-5);
    }
  });
}

/** Gradients as the kernels leave them are in slices of the batch, one layer after the other. */
function summedSlices(gradients: readonly number[], layers: readonly number[]): number[] {
  const table = new Uint32Array(Float32Array.from(layers).buffer);
  const summed: number[] = [];
  for (let at = 0; at < table.length; at += 4) {
    const [first = 0, count = 0, slices = 0, from = 0] = table.subarray(at, at + 4);
    for (let i = 0; i < 4 * count; i++) {
      let sum = 0;
      for (let slice = 0; slice < slices; slice++) sum += gradients[4 * (from + slice * count) + i]!;
      summed[4 * first + i] = sum;
    }
  }
  return summed;
}

/** The largest difference, as a share of the largest number expected. */
function farthest(found: readonly number[], wanted: readonly number[]): number {
  let [difference, largest] = [0, 0];
  wanted.forEach((value, i) => {
    difference = Math.max(difference, Math.abs(found[i]! - value));
    largest = Math.max(largest, Math.abs(value));
  });
  if (found.length !== wanted.length || !(largest > 0)) return Number.POSITIVE_INFINITY;
  return difference / largest;
}

const champion = async () =>
  decodeWeights(await readFile(new URL('../../models/base/weights.bin', import.meta.url)));

test('the golden self-test of a step passes', () => page.evaluate(() => inPage.selfTest()));

for (const [which, frozenStages] of [
  ['of all stages', 0],
  ['with three frozen stages', 3],
] as const)
  test(`twenty training steps ${which} end where WASM ends, to a thousandth of what they change`, async () => {
    // The reference is another net: where a net is to read as it reads, gradients are rounding errors, and Adam's first steps
    // follow their signs.
    const weights = await champion();
    const isFrozen = (name: string) => isOfStages(name, frozenStages);
    const reference = Object.fromEntries(
      Object.entries(initialWeights(2)).map(([name, tensor]) => [
        name,
        isFrozen(name) ? weights[name]! : tensor,
      ]),
    );
    const [images, own, steps] = [8, 3, 20];
    const ran = await page.evaluate(run => inPage.runSteps(run), {
      runner: 'kernels' as const,
      weights: pack(encodeWeights(weights)),
      reference: pack(encodeWeights(reference)),
      images,
      own,
      steps,
      frozenStages,
    });
    await startWasm(wasmPath);
    const training = train({
      weights,
      reference: { weights: reference, own },
      batches: greyBatches(7, images),
      steps,
      norm: 'stored',
      frozenStages,
      peakRate: 1e-3,
    });
    const reports = [];
    let state = await training.next();
    for (; !state.done; state = await training.next()) reports.push(state.value);
    const found = decodeWeights(unpackBytes(ran.weights));
    expect(Object.keys(found)).toEqual(Object.keys(state.value));
    reports.forEach(({ loss, accuracy }, i) => {
      expect(Math.abs(ran.losses[i]! - loss)).toBeLessThan(1e-3 * loss);
      expect(ran.accuracies[i]).toBeCloseTo(accuracy, 6);
    });
    for (const [name, { data }] of Object.entries(state.value)) {
      const changed = distance(data, weights[name]!.data);
      if (isFrozen(name)) expect(changed, name).toBe(0);
      expect(distance(found[name]!.data, data), name).toBeLessThanOrEqual(1e-3 * changed);
    }
  });

test('drawings are predicted as WASM predicts them, 256 a read', async () => {
  const [n, weights] = [300, encodeWeights(await champion())];
  const random = createRandom(9);
  const rasters = Uint8Array.from({ length: n * 784 }, () => Math.max(0, uniform(random, [-255, 255])));
  const { probabilities, reads } = await page.evaluate(run => inPage.predict(run), {
    weights: pack(weights),
    rasters: pack(rasters),
    n,
  });
  await startWasm(wasmPath);
  const net = await loadServingNet(weights);
  const expected = await net.predict(rasters, n);
  net.dispose();
  expect(reads).toBe(2);
  expect(farthest([...unpack(probabilities)], [...expected])).toBeLessThan(1e-4);
});

/** L2, from zero where there is no other. */
const distance = (one: Float32Array, other?: Float32Array) =>
  Math.hypot(...one.map((value, i) => value - (other?.[i] ?? 0)));

test('a step is at most 50 dispatches and one submit; ten steps are read together; thirty more make nothing new', async () => {
  const { calls, tensors } = await page.evaluate(run => inPage.runSteps(run), {
    runner: 'kernels' as const,
    weights: pack(encodeWeights(await champion())),
    images: 2,
    own: 1,
    steps: 50,
  });
  const [early, late] = [calls[9]!, calls[39]!]; // each after a read
  const per = (kind: keyof typeof early) => (late[kind] - early[kind]) / 30;
  expect(per('dispatches')).toBeLessThanOrEqual(50);
  expect(per('submits')).toBe(1);
  expect(per('reads')).toBeLessThanOrEqual(0.1);
  expect(per('objects')).toBe(0);
  expect(tensors.at(-1)).toBe(tensors[0]);
});
