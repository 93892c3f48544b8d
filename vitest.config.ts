import { defineConfig } from 'vitest/config';
import type { Reporter } from 'vitest/node';
import { hasLibrary, nativeFolder } from './training/native/folder.ts';

const all = '{server,client,shared,training,db,deploy}/**/*.test.{ts,tsx}';
/** What runs once on each engine: everything that reads or trains. */
const onBothEngines = [
  'training/{backends,fine-tune,hostile,kernels,model,serve,speed,teach,train}.test.ts',
  'server/{live,teach,uploads}.test.ts',
];

const { ENGINE } = process.env;
const native = hasLibrary(nativeFolder);
if (ENGINE === 'tfjs-node' && !native)
  throw new Error('ENGINE=tfjs-node: it is not installed (npm run native).');
const engines =
  ENGINE === 'tfjs-node' || ENGINE === 'wasm' ? [ENGINE] : native ? ['wasm', 'tfjs-node'] : ['wasm'];

/** Which engines have been tested is no detail. */
const engineReporter: Reporter = {
  onTestRunEnd(modules) {
    const ran = engines.filter(engine => modules.some(({ project }) => project.name === engine));
    const why = native ? 'as asked' : 'tfjs-node is not installed (npm run native)';
    const told = ran.length > 1 ? `Tested with ${ran.join(' and ')}.` : `TESTED WITH ${ran} ALONE: ${why}.`;
    process.stdout.write(`\n ${told}\n`);
  },
};

export default defineConfig({
  test: {
    // Real databases and inference processes start within these, on two busy cores too.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: more files at once only make each other time out.
    maxWorkers: 2,
    globalSetup: 'server/test-run.ts',
    projects: engines.map((engine, i) => ({
      extends: true,
      test: { name: engine, include: i === 0 ? [all] : onBothEngines, env: { ENGINE: engine } },
    })),
    reporters: ['default', ['json', { outputFile: 'out/vitest.json' }], engineReporter],
  },
});
