import { chooseDevices } from './choose-device.ts';
import { describeError, finalErrors, runJob } from './training-job.ts';
import type { DeviceTrial } from './try-devices.ts';
import type { Device, FromTrainer, ToTrainer } from './worker-messages.ts';

/** The trainer worker: finds the fastest device and trains on it. The page terminates it. */

let chosen: DeviceTrial | undefined;

function report(message: FromTrainer) {
  // Transfers the candidate's weights, which the worker no longer needs; every other message is small.
  self.postMessage(message, { transfer: message.type === 'done' ? [message.weights.buffer] : [] });
}

async function find({ avoid, known, timeMs }: Extract<ToTrainer, { type: 'find' }>) {
  const proven = await chooseDevices({ avoid, known, timeMs, report });
  chosen = proven[0];
  void chosen?.backend.lost.then(why => report({ type: 'lost', why }));
  const devices = proven.map(({ backend: _, ...device }): Device => device);
  report({ type: 'found', devices });
}

async function train({ weights, pack, seed, from }: Extract<ToTrainer, { type: 'train' }>) {
  const isLost = () => chosen?.backend.isLost() ?? true;
  const { samplesPerSecond = 0, backend } = chosen ?? {};
  const job = { weights, pack, seed, from, samplesPerSecond, compute: backend?.compute, isLost, report };
  try {
    report({ type: 'done', weights: await runJob(job) });
  } catch (error) {
    const described = describeError(error);
    // A lost device computes wrong values before it reports the loss.
    const final = !isLost() && finalErrors.some(kind => error instanceof kind);
    report(final ? { type: 'failed', ...described } : { type: 'lost', why: described.message });
  }
}

self.addEventListener('message', ({ data }: MessageEvent<ToTrainer>) => {
  switch (data.type) {
    case 'find':
      void find(data);
      return;
    case 'train':
      void train(data);
      return;
    default:
      data satisfies never;
  }
});
