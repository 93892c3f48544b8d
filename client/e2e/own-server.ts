import { startServer, type TestServer, temporaryFolder } from '../../server/testing/server.ts';

/** A server of a test's own, on a port so far from the others' and in a folder that goes with it. */
export function ownServer(portOffset: number, settings: Record<string, string> = {}) {
  const port = String(Number(process.env.E2E_PORT ?? 8571) + portOffset);
  const data = temporaryFolder();
  let server: TestServer | undefined;
  const kill = async () => {
    await server?.stop('SIGKILL');
  };

  return {
    url: `http://localhost:${port}`,
    async start() {
      server = await startServer({ PORT: port, DATA_DIR: data.folder, ...settings });
    },
    kill,
    async remove() {
      await kill();
      data.remove();
    },
  };
}
