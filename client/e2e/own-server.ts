import { startServer, type TestServer, temporaryFolder } from '../../server/testing/server.ts';

/** A server for one spec file, on its own port and in a temporary folder. */
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
