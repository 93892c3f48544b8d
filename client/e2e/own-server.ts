import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';

/** A server of a test's own, on a port so far from the others' and in a folder that goes with it. */
export function ownServer(portOffset: number, settings: Record<string, string> = {}) {
  const port = Number(process.env.E2E_PORT ?? 8571) + portOffset;
  const url = `http://localhost:${port}`;
  const folder = mkdtempSync(join(tmpdir(), 'inkling-e2e-'));
  let server: ChildProcess | undefined;
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );

  async function kill() {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  return {
    url,
    async start() {
      server = spawn(process.execPath, ['server/main.ts'], {
        env: {
          PATH: process.env.PATH,
          ENGINE: process.env.ENGINE ?? '',
          PORT: `${port}`,
          DATA_DIR: folder,
          ...settings,
        },
        stdio: 'ignore',
      });
      await expect.poll(isReady, { timeout: 300_000 }).toBe(true);
    },
    kill,
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
