import { parseArgs } from 'node:util';
import type { Ack } from '../../../shared/ack.ts';
import type { Contribution } from '../../../shared/http-api.ts';
import { createRandom, normal } from '../../../shared/random.ts';
import { decodeWeights, encodeWeights } from '../../../shared/weights.ts';
import { isLearned } from '../../../training/model/learned.ts';
import { type Measured, measure } from '../load/measure-load.ts';
import { readInk } from '../people/ink.ts';
import { makeDrawings } from '../people/synthetic-people.ts';
import { labelAll } from '../quality/send-labels.ts';
import { championOf } from '../quality/training-job.ts';
import { numberOption, peopleRange, secondsRange } from '../system/options.ts';
import { percentiles } from '../system/percentiles.ts';
import { serverUnderTest } from '../system/server-under-test.ts';

export const usage =
  'uploads [--drawers 50] [--rate 20] [--seconds 15] [--seed 1] [--strokes FILE.jsonl] [--profile FOLDER]';

const penPointsPerSecond = 50;
/** Change of a weight that passes all checks and that the gate refuses only after a full evaluation. */
const shake = 0.003;
const toLearn = 20;
const pauseMs = 200;

/** How constantly evaluated uploads affect drawers: the same load without and with uploads. */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      drawers: { type: 'string', default: '50' },
      rate: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '15' },
      seed: { type: 'string', default: '1' },
      strokes: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const drawers = numberOption('drawers', values.drawers, peopleRange);
  const rate = numberOption('rate', values.rate, { min: 0.1, max: 1000 });
  const seconds = numberOption('seconds', values.seconds, secondsRange);
  const seed = numberOption('seed', values.seed, { min: 0, max: 1_000_000, whole: true });
  const ink = await readInk(values.strokes);
  const rooms = Array.from({ length: drawers }, (_, drawer) => `bench-${1 + (drawer % 3)}`);
  const pace = { updatesPerSecond: rate, pointsPerSecond: penPointsPerSecond };
  const server = await serverUnderTest({ profile: values.profile });
  const { url } = server;
  try {
    await labelAll({ url, room: 'lobby' }, makeDrawings({ people: 3, seed }).slice(0, toLearn));
    const people = [{ drawers: rooms, ink, pace }];
    const alone = await measure({ label: 'drawers alone', seconds, people, url });
    const uploader = startUploader(url, seed);
    const beside = await measure({ label: 'drawers beside uploads', seconds, people, url });
    const { judged, refusedBy } = await uploader.stop();
    const [p50AloneMs, p99AloneMs] = latencies(alone);
    const [p50Ms, p99Ms] = latencies(beside);
    return {
      drawers,
      rate,
      p50AloneMs,
      p99AloneMs,
      p50Ms,
      p99Ms,
      p50Ratio: ratio(p50Ms, p50AloneMs),
      p99Ratio: ratio(p99Ms, p99AloneMs),
      judged,
      refusedBy,
      lost: beside.reports.reduce((sum, { lost }) => sum + lost, 0),
      disturbed: alone.disturbed,
    };
  } finally {
    await server.stop();
  }
}

const latencies = ({ reports }: Measured) =>
  percentiles(
    reports.flatMap(report => [...report.answeredMs]),
    [0.5, 0.99],
  );

const ratio = (beside: number | null, alone: number | null) =>
  beside === null || alone === null ? null : beside / alone;

/** Sends one upload after the other, each of which needs a full evaluation. */
function startUploader(url: string, seed: number) {
  const random = createRandom(seed);
  const refusedBy: Record<string, number> = {};
  let [judged, over] = [0, false];

  async function uploadOnce() {
    const { version, weights } = await championOf({ url, room: 'lobby' });
    const shaken = Object.entries(decodeWeights(weights)).map(([name, { shape, data }]) => {
      const moved = data.map(value => (isLearned(name) ? value * (1 + shake * normal(random)) : value));
      return [name, { shape, data: moved }];
    });
    const response = await fetch(new URL('/api/models', url), {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', 'x-base-version': version },
      body: Buffer.from(encodeWeights(Object.fromEntries(shaken))),
    });
    const answer: Ack<Contribution> = JSON.parse(await response.text());
    const how = answer.ok ? 'promoted' : answer.reason;
    refusedBy[how] = (refusedBy[how] ?? 0) + 1;
    if (answer.ok || answer.reason === 'refused') judged++;
  }

  const uploading = (async () => {
    while (!over) {
      await uploadOnce();
      await new Promise(resolve => setTimeout(resolve, pauseMs));
    }
  })();
  return {
    async stop() {
      over = true;
      await uploading;
      return { judged, refusedBy };
    },
  };
}
