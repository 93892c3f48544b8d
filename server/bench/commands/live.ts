import { parseArgs } from 'node:util';
import { measure } from '../load/measure-load.ts';
import { readInk } from '../people/ink.ts';
import { numberOption, peopleRange, rateRange, secondsRange } from '../system/options.ts';
import { percentiles } from '../system/percentiles.ts';

export const usage =
  'live [--drawers 200] [--rate 20] [--seconds 15] [--deaf] [--rooms N | --room NAME] [--strokes FILE.jsonl] [--url URL] [--profile FOLDER]';

const peoplePerRoom = 20;
const penPointsPerSecond = 50; // the sample rate of the tablets of most public pen-digit data sets
const drawersPerProcess = 300; // each of which costs a load process a quarter of a percent of a core

/** Time from stroke to prediction, and its cost for the server. */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      drawers: { type: 'string', default: '200' },
      rate: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '15' },
      deaf: { type: 'boolean', default: false },
      rooms: { type: 'string' },
      room: { type: 'string' },
      strokes: { type: 'string' },
      url: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const drawers = numberOption('drawers', values.drawers, peopleRange);
  const rate = numberOption('rate', values.rate, rateRange);
  const seconds = numberOption('seconds', values.seconds, secondsRange);
  const rooms = values.rooms
    ? numberOption('rooms', values.rooms, peopleRange)
    : Math.ceil(drawers / peoplePerRoom);
  const roomOf = (drawer: number) => values.room ?? `bench-${1 + (drawer % rooms)}`;
  const ink = await readInk(values.strokes);

  const everybody = Array.from({ length: drawers }, (_, drawer) => roomOf(drawer));
  const processes = drawers > drawersPerProcess ? 2 : 1;
  const people = Array.from({ length: processes }, (_, process) => ({
    drawers: everybody.filter((_room, drawer) => drawer % processes === process),
    ink,
    deaf: values.deaf,
    pace: { updatesPerSecond: rate, pointsPerSecond: penPointsPerSecond },
  }));
  const label = `${drawers} drawers at ${rate} updates/s`;
  const { reports, cpu, rssMb, refused, disturbed, otherCpuShare } = await measure({
    label,
    seconds,
    people,
    url: values.url,
    profile: values.profile,
  });

  const sum = (of: (report: (typeof reports)[number]) => number) =>
    reports.reduce((total, report) => total + of(report), 0);
  const answeredMs = reports.flatMap(report => [...report.answeredMs]);
  const [p50Ms, p99Ms] = percentiles(answeredMs, [0.5, 0.99]);
  const thirds = reports.map(({ answeredMs: all }) => Math.floor(all.length / 3));
  const [firstMs] = percentiles(
    reports.flatMap(({ answeredMs: all }, i) => [...all.subarray(0, thirds[i])]),
    [0.5],
  );
  const [finalMs] = percentiles(
    reports.flatMap(({ answeredMs: all }, i) => [...all.subarray(-thirds[i])]),
    [0.5],
  );
  const [lastP99Ms, lastMaxMs] = percentiles(
    reports.flatMap(report => [...report.lastMs]),
    [0.99, 1],
  );
  const guesses = sum(report => report.guesses);
  return {
    drawers,
    rate,
    seconds,
    deaf: values.deaf,
    p50Ms,
    p99Ms,
    lastP99Ms,
    lastMaxMs,
    cpuUsPerUpdate: cpu && (1000 * cpu.serverMs) / answeredMs.length,
    cpuUsPerGuess: cpu && (1000 * cpu.serverMs) / guesses,
    coalesced: sum(report => report.coalesced) / answeredMs.length,
    lost: sum(report => report.lost),
    updates: sum(report => report.updates),
    guesses,
    guessesPerSecond: guesses / seconds,
    refused,
    p50FirstThirdMs: firstMs,
    p50LastThirdMs: finalMs,
    rssStartMb: rssMb?.[0] ?? null,
    rssEndMb: rssMb?.[1] ?? null,
    disconnects: sum(report => report.disconnects),
    mainCpuShare: cpu?.mainShare ?? null,
    loadCpuShare: cpu?.loadShare ?? null,
    disturbed,
    otherCpuShare,
  };
}
