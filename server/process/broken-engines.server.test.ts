import { expect, onTestFinished, test } from 'vitest';
import { broken, installBroken } from '../../training/engine/testing/broken-engine.ts';
import { connect, draw, inkOf, startServer, temporaryFolder } from '../testing/server.ts';

/** One way of failing: training/engine/broken-engines.server.test.ts lets the engine be chosen with every other. */
const noLibrary = broken.find(({ what }) => what === 'whose addon is no library')!;

test('with a native engine whose addon is no library, the server starts, predicts, and reports why', async () => {
  const [data, native] = [temporaryFolder(), installBroken(noLibrary.build)];
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
  const printed = server
    .output()
    .split('\n')
    .filter(line => line.includes('tfjs-node cannot be used'));
  expect(printed).toEqual([expect.stringMatching(/^ {2}Engine: wasm serves, wasm trains \(/)]);
  expect(printed[0]).toMatch(noLibrary.why);
  for (const folder of [data, native]) folder.remove();
});
