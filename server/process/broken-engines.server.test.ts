import { describe, expect, onTestFinished, test } from 'vitest';
import { broken, hasCompiler, installBroken } from '../../training/engine/testing/broken-engine.ts';
import { connect, draw, inkOf, startServer, temporaryFolder } from '../testing/server.ts';

/** Three kinds of failure: an error, a crash, a hang. All other failures resemble one of them. */
const ways = [
  'whose addon is no library',
  'that crashes while it is loaded',
  'that hangs while it is loaded',
];
const tried = broken.filter(({ what }) => ways.includes(what));

test('every kind of failure has an engine', () => expect(tried).toHaveLength(ways.length));

describe('with a native engine', () => {
  for (const { what, needsCompiler, build, why } of tried) {
    test.skipIf(needsCompiler && !hasCompiler)(
      `${what}, the server starts, predicts, and reports why`,
      async () => {
        const [data, native] = [temporaryFolder(), installBroken(build)];
        const server = await startServer({
          DATA_DIR: data.folder,
          TFJS_NODE_DIR: native.folder,
          INFERENCE_PROCESSES: '1',
          ENGINE: 'tfjs-node',
        });
        onTestFinished(() => void server.stop('SIGKILL'));
        const { client } = await connect(server.url);
        expect((await draw(client, inkOf(3))).guess.probabilities).toHaveLength(10);
        client.close();
        await server.stop();
        const said = server
          .output()
          .split('\n')
          .filter(line => line.includes('tfjs-node cannot be used'));
        expect(said).toEqual([expect.stringMatching(/^ {2}Engine: wasm serves, wasm trains \(/)]);
        expect(said[0]).toMatch(why);
        for (const folder of [data, native]) folder.remove();
      },
    );
  }
});
