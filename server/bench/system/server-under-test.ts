import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../../../training/commands/run-command.ts';
import { startServer, temporaryFolder } from '../../testing/server.ts';
import { printLine } from './progress.ts';

export interface ServerUnderTest {
  url: string;
  /** Null for a server that was already running: its CPU use is unknown. */
  pid: number | null;
  stop(): Promise<unknown>;
}

export interface ServerChoice {
  /** A running server; absent, one is started. */
  url?: string;
  /** A folder for CPU profiles of the server's processes. */
  profile?: string;
  /** Further settings of the started server. */
  settings?: Record<string, string>;
  /** Fills the data folder of the started server before it starts. */
  prepare?(dataDir: string): Promise<void>;
}

export function serverUnderTest({ url, ...own }: ServerChoice): Promise<ServerUnderTest> {
  return url === undefined ? ownServer(own) : runningServer(url);
}

async function ownServer({ profile, settings: further, prepare }: ServerChoice): Promise<ServerUnderTest> {
  const data = temporaryFolder();
  process.once('exit', data.remove);
  const settings: Record<string, string> = { ...further, DATA_DIR: data.folder };
  if (profile !== undefined) {
    mkdirSync(profile, { recursive: true });
    settings.NODE_OPTIONS = `--cpu-prof --cpu-prof-dir=${resolve(profile)}`;
  }
  await prepare?.(data.folder);
  printLine('Starting a server');
  const { url, pid, stop } = await startServer(settings);
  // An interrupted bench stops its server.
  process.once('exit', () => void stop('SIGKILL'));
  return { url, pid, stop };
}

async function runningServer(url: string): Promise<ServerUnderTest> {
  if (!URL.canParse(url)) throw new UsageError(`The option --url is ${JSON.stringify(url)}, not an address.`);
  const ready = await fetch(new URL('/readyz', url)).then(
    answer => answer.ok,
    () => false,
  );
  if (!ready) throw new UsageError(`No Inkling server is ready at ${url}.`);
  return { url: new URL(url).origin, pid: null, async stop() {} };
}
