import type { Ink } from '../people/ink.ts';
import { percentiles } from '../system/percentiles.ts';
import type { LoadReport } from './load-messages.ts';
import { inRoom, type People, penPace } from './load-pool.ts';
import { type Measured, measure } from './measure-load.ts';

/** Numbers of people of one room who draw, watch, or do both. */
export interface Watching {
  drawers: number;
  viewers: number;
  drawersWatch: boolean;
  rate: number;
  seconds: number;
  room: string;
  ink: Ink[];
  url: string | undefined;
  profile: string | undefined;
}

/**
 * At a few hundred events a second V8 still compiles after ten seconds; after three seconds, compilation is a sixth of
 * all work.
 */
const maxWarmUpMs = 10_000;

/** The people of one room in the form of a load plan. */
export function peopleOf({ drawers, viewers, drawersWatch, rate, room, ink }: Watching): People {
  return {
    drawers: inRoom(room, drawers),
    viewers: inRoom(room, viewers),
    drawersWatch,
    pace: penPace(rate),
    ink,
  };
}

/** Cost of delivering a point to all viewers, and its age on arrival. */
export async function measureWatching(watching: Watching) {
  const { drawers, viewers, rate, seconds, url, profile } = watching;
  const label = `${drawers} drawers at ${rate} points/s, ${viewers} viewers`;
  const people = [peopleOf(watching)];
  const warmUpMs = Math.min(maxWarmUpMs, 1000 * seconds);
  const measured = await measure({ label, seconds, people, url, profile, pinned: true, warmUpMs });
  return { drawers, viewers, people: drawers + viewers, rate, seconds, ...figuresOf(measured) };
}

function figuresOf({ reports: [report], cpu, refused, disturbed, otherCpuShare }: Measured) {
  return {
    delivered: report.points,
    cpuUsPerPoint: cpu && (1000 * cpu.mainMs) / report.points,
    cpuShare: cpu?.mainShare ?? null,
    bytesPerPoint: report.bytes / report.points,
    framesPerPoint: report.frames / report.points,
    ...agesOf(report),
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

export function agesOf({ agesMs }: LoadReport) {
  const [p50Ms, p99Ms] = percentiles(agesMs, [0.5, 0.99]);
  return { p50Ms, p99Ms };
}
