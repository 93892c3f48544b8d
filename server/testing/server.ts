import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io, type Socket } from 'socket.io-client';
import { layDatabase } from '../../db/testing/data-folder-template.ts';
import { freePort } from '../../db/testing/free-port.ts';
import type { ClientToServer, ServerToClient } from '../../shared/events.ts';
import type { SamplePage } from '../../shared/http-api.ts';
import type { Guess, Welcome } from '../../shared/protocol.ts';
import { createRandom } from '../../shared/random.ts';
import { drawGlyph } from '../../training/glyphs/synthetic-glyphs.ts';

/** The real server in a process of its own, and its clients, for tests and benchmarks. */
export interface TestServer {
  url: string;
  pid: number;
  /** The text printed so far on both outputs. */
  output(): string;
  /** Sends the signal and resolves with the exit code, or null if a signal ended the process. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export type TestClient = Socket<ServerToClient, ClientToServer>;

/** As in `npm start`: a larger young heap avoids promoting the short-lived objects of a crowd. */
const youngHeap = '--max-semi-space-size=8';
/** The engine under test of a run, if one is set. */
const { ENGINE: engine } = process.env;
const engineSetting = engine === undefined ? {} : { ENGINE: engine };
/**
 * Next to busy tests a nice job would wait for the processor for minutes, and four tenths of its steps are enough to
 * learn a sign. A benchmark uses the defaults.
 */
const forTests = process.env.TEST_TEMPLATE === undefined ? {} : { TEACH_NICE: '0', TEACH_STEPS: '40' };
/** All servers of a run share compiled code. */
const { PATH, NODE_COMPILE_CACHE: cache } = process.env;
const inherited = { PATH, ...(cache !== undefined && { NODE_COMPILE_CACHE: cache }) };
const entry = fileURLToPath(new URL('../start.mjs', import.meta.url));

export function temporaryFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'inkling-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Starts the server on a free port with only these settings, without waiting. */
export function spawnServer(settings: Record<string, string>): { child: ChildProcess; output(): string } {
  const child = spawn(process.execPath, [youngHeap, entry], {
    env: { ...inherited, ...engineSetting, ...forTests, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return { child, output: () => output };
}

/** Resolves once the server is ready. Rejects with its output if it exits before. */
export async function startServer(
  settings: Record<string, string>,
  { ready = '/readyz' } = {},
): Promise<TestServer> {
  const port = settings.PORT ?? String(await freePort());
  const { DATA_DIR: data, DATABASE_URL: elsewhere } = settings;
  if (data !== undefined && elsewhere === undefined) await layDatabase(data);
  const { child, output } = spawnServer({ ...settings, PORT: port });
  // Resolves after the exit, when all output is read.
  const exit = new Promise<number | null>(resolve => child.once('close', resolve));
  let ended = false;
  void exit.then(() => {
    ended = true;
  });
  const url = `http://localhost:${port}`;
  while (!(await answers(url + ready))) {
    if (ended) throw new Error(`The server ended at its start:\n${output()}`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  if (
    engine === 'tfjs-node' &&
    settings.ENGINE === undefined &&
    !output().includes('Engine: tfjs-node serves')
  ) {
    child.kill('SIGKILL');
    throw new Error(`The server does not run on the engine under test:\n${output()}`);
  }
  return {
    url,
    pid: child.pid ?? 0,
    output,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return exit;
    },
  };
}

async function answers(url: string) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

export async function getSamples(url: string, query = '?room=lobby'): Promise<SamplePage> {
  return JSON.parse(await (await fetch(`${url}/api/samples${query}`)).text());
}

/** A connected client and its welcome; rejects with the refusal. */
export async function connect(url: string, auth: Record<string, unknown> = {}) {
  const { client, welcome } = await connectUntyped(url, auth);
  const typed: TestClient = client;
  return { client: typed, welcome };
}

/** The same without types, for input that a well-behaved client never sends. */
export function connectUntyped(
  url: string,
  auth: Record<string, unknown> = {},
): Promise<{ client: Socket; welcome: Welcome }> {
  const client = io(url, { auth: { protocol: 1, ...auth }, transports: ['websocket'], forceNew: true });
  return new Promise((resolve, reject) => {
    client.once('welcome', (welcome: Welcome) => resolve({ client, welcome }));
    client.once('connect_error', error => {
      client.close();
      reject('data' in error ? error.data : error);
    });
  });
}

/** A digit in one of the synthetic styles, in pad units. Equal seeds give equal ink. */
export function inkOf(digit: number, seed = 1): number[][] {
  return drawGlyph(digit, createRandom(seed)).map(stroke =>
    stroke.map(value => Math.min(1023, Math.max(0, Math.round(value * 8 + 100)))),
  );
}

/** Draws `strokes` like a pen, `points` at a time, and resolves with the prediction for the whole drawing. */
export function draw(
  client: TestClient,
  strokes: readonly (readonly number[])[],
  { drawing = randomUUID(), points = 4 } = {},
) {
  let seq = 0;
  const guesses: Guess[] = [];
  for (const [stroke, all] of strokes.entries()) {
    for (let from = 0; from < all.length; from += 2 * points) {
      const lifted = from + 2 * points >= all.length;
      client.emit('draw', {
        drawing,
        seq: ++seq,
        stroke,
        offset: from / 2,
        points: all.slice(from, from + 2 * points),
        ...(lifted && { lifted }),
      });
    }
  }
  return new Promise<{ drawing: string; guess: Guess; guesses: Guess[] }>(resolve => {
    client.on('guess', function seen(guess) {
      if (guess.drawing !== drawing) return;
      guesses.push(guess);
      if (guess.seq < seq) return;
      client.off('guess', seen);
      resolve({ drawing, guess, guesses });
    });
  });
}
