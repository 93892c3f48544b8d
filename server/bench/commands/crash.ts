import { parseArgs } from 'node:util';
import { freePort } from '../../../db/testing/free-port.ts';
import { getSamples, startServer, type TestServer, temporaryFolder } from '../../testing/server.ts';
import { crashRooms, type ToWriters, type Written } from '../load/crash-messages.ts';
import { readInk } from '../people/ink.ts';
import { ask, forkChild } from '../system/child-process.ts';
import { cpuBetween, readCpu } from '../system/cpu.ts';
import { disturbance } from '../system/noise.ts';
import { numberOption, peopleRange, secondsRange } from '../system/options.ts';
import { percentiles } from '../system/percentiles.ts';
import { printLine, waitWithBar } from '../system/progress.ts';

export const usage = 'crash [--people 50] [--seconds 8] [--database postgresql://…] [--strokes FILE.jsonl]';

/** A person who does not draw again within this time counts as lost. */
const maxBackMs = 60_000;

/**
 * Kills the server under load and restarts it at once, as a supervisor would; measures what is lost and for how long.
 */
export async function run(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      people: { type: 'string', default: '50' },
      seconds: { type: 'string', default: '8' },
      database: { type: 'string' },
      strokes: { type: 'string' },
    },
  });
  const people = numberOption('people', values.people, peopleRange);
  const seconds = numberOption('seconds', values.seconds, secondsRange);
  const data = temporaryFolder();
  const settings = {
    DATA_DIR: data.folder,
    PORT: String(await freePort()),
    ...(values.database !== undefined && { DATABASE_URL: values.database }),
  };
  printLine('Starting a server');
  let server: TestServer = await startServer(settings);
  process.once('exit', () => {
    void server.stop('SIGKILL');
    data.remove();
  });
  const writers = forkChild(new URL('../load/crash-worker.ts', import.meta.url));
  const send = <Answer>(message: ToWriters) => ask<Answer>(writers, message);

  const before = readCpu();
  await send({ type: 'start', url: server.url, people, ink: await readInk(values.strokes) });
  await waitWithBar(`${people} people draw and label`, seconds);
  printLine('The server is killed');
  await send({ type: 'killed' });
  const killedMs = performance.now();
  await server.stop('SIGKILL');
  server = await startServer(settings);
  const upMs = performance.now() - killedMs;
  await waitWithBar('they go on', seconds);
  const { acked, backMs, unacked } = await send<Written>({ type: 'finish', maxMs: maxBackMs });
  const after = readCpu();
  const stored = await labelsOf(server.url);
  writers.kill();
  await server.stop();

  const [backP50Ms, backP95Ms] = percentiles(
    backMs.map(ms => ms ?? maxBackMs),
    [0.5, 0.95],
  );
  return {
    people,
    seconds,
    ackedLabels: acked.length,
    lostLabels: acked.filter(([drawing, digit]) => stored.get(drawing) !== digit).length,
    unackedLabels: unacked,
    backP50Ms,
    backP95Ms,
    neverBack: backMs.filter(ms => ms === null).length,
    serverUpMs: upMs,
    ...disturbance(before && after && cpuBetween(before, after)),
  };
}

async function labelsOf(url: string): Promise<Map<string, number>> {
  const labels = new Map<string, number>();
  for (const room of crashRooms)
    for (let before: number | null | undefined; before !== null; ) {
      const older = before === undefined ? '' : `&before=${before}`;
      const page = await getSamples(url, `?room=${room}&limit=100${older}`);
      for (const { drawing, label } of page.samples)
        if (drawing !== null && label !== null) labels.set(drawing, label);
      before = page.next;
    }
  return labels;
}
