import { freePort } from '../../db/testing/free-port.ts';
import { startServer, type TestServer, temporaryFolder } from '../../server/testing/server.ts';

/** A server for one spec file, on its own port and in a temporary folder. */
export async function ownServer(settings: Record<string, string> = {}) {
  const port = String(await freePort());
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
