import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openDatabase } from '../../../db/connection/open-database.ts';
import { addCandidate, ensureBase } from '../../../db/models.ts';
import { promoteModel } from '../../../db/promotion.ts';
import { createRandom, normal } from '../../../shared/random.ts';
import { decodeWeights, encodeWeights } from '../../../shared/weights.ts';
import { loadModel } from '../../inference/model-files.ts';
import { connect, draw, inkOf } from '../../testing/server.ts';
import { measure } from '../load/measure-load.ts';
import { readInk } from '../people/ink.ts';
import { numberOption, peopleRange, rateRange, secondsRange } from '../system/options.ts';
import { percentiles } from '../system/percentiles.ts';
import { printLine } from '../system/progress.ts';
import { serverUnderTest } from '../system/server-under-test.ts';

export const usage =
  'rooms [--rooms 20] [--drawers 200] [--rate 20] [--followers 1000] [--seconds 10] [--strokes FILE.jsonl]';

const penPointsPerSecond = 50; // as in live.ts
const coldRooms = 10;
const roomOf = (i: number) => `bench-${1 + i}`;

/** The cost of a prediction where each room has a version of its own, beside rooms that follow the house. */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      rooms: { type: 'string', default: '20' },
      drawers: { type: 'string', default: '200' },
      rate: { type: 'string', default: '20' },
      followers: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '10' },
      strokes: { type: 'string' },
    },
  });
  const count = numberOption('rooms', values.rooms, peopleRange);
  const drawers = numberOption('drawers', values.drawers, peopleRange);
  const updatesPerSecond = numberOption('rate', values.rate, rateRange);
  const followers = numberOption('followers', values.followers, peopleRange);
  const seconds = numberOption('seconds', values.seconds, secondsRange);
  const ink = await readInk(values.strokes);

  async function run(label: string, { people: number, rooms: spread, rate, prepare }: Run) {
    const people = [
      {
        drawers: Array.from({ length: number }, (_, i) => roomOf(i % spread)),
        ink,
        pace: { updatesPerSecond: rate, pointsPerSecond: penPointsPerSecond },
      },
    ];
    const { reports, cpu, disturbed, otherCpuShare } = await measure({
      label,
      seconds,
      people,
      ...(prepare && { prepare }),
    });
    const [report] = reports;
    const [p50Ms, p99Ms] = percentiles([...(report?.answeredMs ?? [])], [0.5, 0.99]);
    const guesses = report?.guesses ?? 0;
    return { p50Ms, p99Ms, guesses, cpuUs: cpu && (1000 * cpu.serverMs) / guesses, disturbed, otherCpuShare };
  }

  const usual = { people: drawers, rooms: count, rate: updatesPerSecond };
  const one = await run(`${count} rooms, one version`, usual);
  const prepare = (dataDir: string) => giveVersions(dataDir, count);
  const many = await run(`${count} rooms, a version each`, { ...usual, prepare });
  // As many predictions, by people who are alone in their rooms, and by the same people in few rooms.
  const slowly = { people: followers, rate: (updatesPerSecond * drawers) / followers };
  const together = await run(`${followers} people in ${count} rooms`, { ...slowly, rooms: count });
  const apart = await run(`${followers} rooms that follow the house`, { ...slowly, rooms: followers });
  const [coldMs, warmMs] = await coldStart();
  return {
    rooms: count,
    drawers,
    cpuRatio: one.cpuUs && many.cpuUs && many.cpuUs / one.cpuUs,
    followers,
    /** Of a prediction, a room for each person beside the same people in few rooms. */
    followersRatio: apart.cpuUs && together.cpuUs && apart.cpuUs / together.cpuUs,
    followersP99Ms: apart.p99Ms,
    cpuUsPerGuessOne: one.cpuUs,
    cpuUsPerGuessMany: many.cpuUs,
    p50MsOne: one.p50Ms,
    p99MsOne: one.p99Ms,
    p50MsMany: many.p50Ms,
    p99MsMany: many.p99Ms,
    /** From joining a room to its first prediction: by a version that no process has, and by one that all have. */
    coldFirstGuessMs: coldMs,
    warmFirstGuessMs: warmMs,
    coldMs: coldMs - warmMs,
    disturbed: [one, many, together, apart].some(each => each.disturbed),
    otherCpuShare: Math.max(...[one, many, together, apart].map(each => each.otherCpuShare ?? 0)),
  };
}

interface Run {
  people: number;
  rooms: number;
  /** Updates a second of each person. */
  rate: number;
  prepare?: (dataDir: string) => Promise<void>;
}

/** Gives each room a champion: the shipped weights with a little noise, which cost what trained ones do. */
async function giveVersions(dataDir: string, count: number) {
  const base = loadModel(fileURLToPath(new URL('../../../models/base/', import.meta.url)));
  const random = createRandom(7);
  const db = await openDatabase({ dataDir });
  try {
    await ensureBase(db, base);
    for (let i = 0; i < count; i++) {
      const version = `bench-${1 + i}`;
      const noisy = Object.entries(decodeWeights(base.weights)).map(([name, { shape, data }]) => {
        const moved = name.startsWith('variance') ? data : data.map(value => value + 1e-4 * normal(random));
        return [name, { shape, data: moved }] as const;
      });
      await addCandidate(db, {
        version,
        card: { version },
        room: roomOf(i),
        parent: base.version,
        source: 'import',
        weights: encodeWeights(Object.fromEntries(noisy)),
      });
      await promoteModel(db, {
        room: roomOf(i),
        version,
        expectedChampion: base.version,
        by: 'bench',
        reason: 'measured',
      });
    }
  } finally {
    await db.close();
  }
}

/** Medians over rooms with cold versions, and over rooms that follow the house. */
async function coldStart(): Promise<[number, number]> {
  const server = await serverUnderTest({ prepare: dataDir => giveVersions(dataDir, coldRooms) });
  try {
    async function firstGuessMs(room: string) {
      const beganMs = performance.now();
      const { client } = await connect(server.url, { room });
      await draw(client, inkOf(3));
      const tookMs = performance.now() - beganMs;
      client.close();
      return tookMs;
    }
    await firstGuessMs('warm-up');
    const [cold, warm]: [number[], number[]] = [[], []];
    for (let i = 0; i < coldRooms; i++) {
      warm.push(await firstGuessMs(`warm-${i}`));
      cold.push(await firstGuessMs(roomOf(i)));
    }
    printLine('Joined cold and warm rooms in turns');
    const [coldMs] = percentiles(cold, [0.5]);
    const [warmMs] = percentiles(warm, [0.5]);
    return [coldMs ?? 0, warmMs ?? 0];
  } finally {
    await server.stop();
  }
}
