import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { BaseSequencer, type Reporter, type TestSpecification } from 'vitest/node';
import { hasLibrary, nativeFolder } from './training/engine/native-folder.ts';

/**
 * The kind of a test is in its name: `.pg` needs PostgreSQL, `.redis` Redis too, `.server` starts whole servers or
 * installs packages, `.slow` computes or waits for seconds. All others run alone by `npm run test:unit`.
 */
const folders = '{server,client,shared,training,db,deploy}';
const all = `${folders}/**/*.test.{ts,tsx}`;
const kinds = `${folders}/**/*.{pg,redis,server,slow}.test.ts`;
/** Tests that run once on each engine: all that read or train. */
const onBothEngines = [
  'training/{engine/wasm-gradient-kernels,model/network,learn/training-speed}.test.ts',
  'training/{engine/backends,learn/*,red-team/attacks,model/serving-net}.slow.test.ts',
  'server/{socket/drawing-and-labelling,jobs/training-end-to-end,http/upload-route}.server.test.ts',
];

const { ENGINE } = process.env;
const native = hasLibrary(nativeFolder);
if (ENGINE === 'tfjs-node' && !native)
  throw new Error('ENGINE=tfjs-node: it is not installed (npm run native).');
const engines =
  ENGINE === 'tfjs-node' || ENGINE === 'wasm' ? [ENGINE] : native ? ['wasm', 'tfjs-node'] : ['wasm'];

/** Files that wait or compute for long start first, so that none of them is left over at the end, alone. */
const longest = ['fresh-clone', '.redis.', '.server.', '.slow.', '.pg.'];
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = longest.findIndex(name => moduleId.includes(name));
      return found < 0 ? longest.length : found;
    };
    return files.sort((one, other) => rank(one) - rank(other));
  }
}

/** Prints which engines were tested. */
const engineReporter: Reporter = {
  onTestRunEnd(modules) {
    const ran = engines.filter(engine => modules.some(({ project }) => project.name === engine));
    if (ran.length === 0) return;
    const why = native ? 'as asked' : 'tfjs-node is not installed (npm run native)';
    const line = ran.length > 1 ? `Tested with ${ran.join(' and ')}.` : `TESTED WITH ${ran} ALONE: ${why}.`;
    process.stdout.write(`\n ${line}\n`);
  },
};

export default defineConfig(({ mode }) => ({
  test: {
    // No test may depend on the speed of the machine: these only end what hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // Beside the browser's tests. On two cores a third file only makes the others slower.
    maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
    sequence: { sequencer: LongestFirst },
    globalSetup: 'server/testing/global-setup.ts',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [all],
          exclude: [...configDefaults.exclude, kinds, ...onBothEngines],
          env: { ENGINE: engines[0] },
          // Ninety files that load half of the tree each: they share two processes.
          isolate: false,
        },
      },
      ...engines.map((engine, i) => ({
        extends: true as const,
        test: {
          name: engine,
          include: i === 0 ? [kinds, ...onBothEngines] : onBothEngines,
          exclude: [...configDefaults.exclude, ...(mode === 'unit' ? [kinds] : [])],
          env: { ENGINE: engine },
        },
      })),
    ],
    reporters: ['default', ['json', { outputFile: 'out/vitest.json' }], engineReporter],
  },
}));
