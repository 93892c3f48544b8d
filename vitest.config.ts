import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,client,shared,training,db}/**/*.test.{ts,tsx}'],
    // Real databases and inference processes start within these, on two busy cores too.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores: more files at once only make each other time out.
    maxWorkers: 2,
    reporters: ['default', ['json', { outputFile: 'out/vitest.json' }]],
  },
});
