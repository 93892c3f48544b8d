import { parseArgs } from 'node:util';
import { readInk } from './ink.ts';
import { measure } from './measure.ts';
import { numberOption, peopleRange, secondsRange } from './options.ts';
import { percentiles } from './percentiles.ts';

export const fanoutUsage =
  'fanout [--drawers 10] [--viewers 40] [--seconds 10] [--rate 60] [--room NAME] [--strokes FILE.jsonl] [--url URL] [--profile FOLDER]';

const pointsPerUpdate = 2; // a 60 Hz pen on a page that sends every other video frame

/** One room: what a point costs on its way to everybody watching, and how old it is when it is there. */
export async function fanout(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      drawers: { type: 'string', default: '10' },
      viewers: { type: 'string', default: '40' },
      seconds: { type: 'string', default: '10' },
      rate: { type: 'string', default: '60' },
      room: { type: 'string', default: 'bench' },
      strokes: { type: 'string' },
      url: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const drawers = numberOption('drawers', values.drawers, peopleRange);
  const viewers = numberOption('viewers', values.viewers, peopleRange);
  const seconds = numberOption('seconds', values.seconds, secondsRange);
  const rate = numberOption('rate', values.rate, { min: 1, max: 1000 });
  const everybodyHere = (count: number) => Array.from({ length: count }, () => values.room);

  const { reports, cpu, refused, disturbed, otherCpuShare } = await measure({
    label: `${drawers} drawers at ${rate} points/s, ${viewers} viewers`,
    seconds,
    plans: [
      {
        drawers: everybodyHere(drawers),
        viewers: everybodyHere(viewers),
        ink: await readInk(values.strokes),
        pace: { updatesPerSecond: rate / pointsPerUpdate, pointsPerSecond: rate },
        seed: 1,
      },
    ],
    url: values.url,
    profile: values.profile,
  });

  const [report] = reports;
  const [p50Ms, p99Ms] = percentiles(report.agesMs, [0.5, 0.99]);
  return {
    drawers,
    viewers,
    people: drawers + viewers,
    rate,
    seconds,
    delivered: report.points,
    cpuUsPerPoint: cpu && (1000 * cpu.mainMs) / report.points,
    cpuShare: cpu?.mainShare ?? null,
    bytesPerPoint: report.bytes / report.points,
    framesPerPoint: report.frames / report.points,
    p50Ms,
    p99Ms,
    updates: report.updates,
    guesses: report.guesses,
    lost: report.lost,
    refused,
    disconnects: report.disconnects,
    loadCpuShare: cpu?.loadShare ?? null,
    disturbed,
    otherCpuShare,
  };
}
