import { rasterise, rasterPixels } from '../../../shared/rasterise.ts';
import type { Digits } from '../../../training/dataset/digits.ts';
import { readMnist } from '../../../training/dataset/mnist.ts';
import { startWasm } from '../../../training/engine/start-wasm.ts';
import { wasmPath } from '../../../training/engine/wasm-path.ts';
import { predictImages } from '../../../training/evaluation/predict.ts';
import { loadServingNet, type ServingNet } from '../../../training/model/serving-net.ts';
import type { Drawn } from '../people/population.ts';
import { answerParent } from '../system/child-process.ts';
import type { ToReader } from './reader-pool.ts';

/** A process that predicts with one model. */

let net: ServingNet | undefined;

answerParent<ToReader>(async message => {
  switch (message.type) {
    case 'load':
      await startWasm(wasmPath);
      net = await loadServingNet(message.weights);
      return;
    case 'read': {
      if (net === undefined) throw new Error('Load a model before a prediction.');
      const digits = message.what === 'mnist' ? (await readMnist()).test : digitsOf(message.what);
      return predictImages(net, digits);
    }
    default:
      message satisfies never;
  }
});

function digitsOf(drawn: readonly Drawn[]): Digits {
  const images = new Uint8Array(drawn.length * rasterPixels);
  drawn.forEach(({ ink }, i) => {
    images.set(rasterise(ink), i * rasterPixels);
  });
  return { images, labels: Uint8Array.from(drawn, ({ digit }) => digit) };
}
