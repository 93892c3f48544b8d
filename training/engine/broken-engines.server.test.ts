import { describe, expect, test } from 'vitest';
import { type BenchmarkResult, benchmarkEngine } from './benchmark-engine.ts';
import { benchmarkLimits, chooseEngine } from './choose-engine.ts';
import type { Engine } from './engine.ts';
import { broken, hasCompiler, installBroken, slow } from './testing/broken-engine.ts';

/** As for a server, but on a machine that takes minutes to start a process. */
const limits = { ...benchmarkLimits, bootMs: 240_000 };
/** WASM is the same beside every native engine: it is measured once. */
let wasm: Promise<BenchmarkResult> | undefined;
const choose = (folder: string) =>
  chooseEngine({ setting: 'auto', folder }, (engine: Engine) => {
    const measure = () => benchmarkEngine({ engine, threads: 1, folder }, limits);
    if (engine !== 'wasm') return measure();
    wasm ??= measure();
    return wasm;
  });

// Concurrent: detecting a hang is waiting.
describe.concurrent('with a native engine', () => {
  for (const { what, needsCompiler, build, why } of broken) {
    test.skipIf(needsCompiler && !hasCompiler)(
      `${what}, everything runs on WASM, and the choice has the reason`,
      async () => {
        const { folder, remove } = installBroken(build);
        const choice = await choose(folder);
        remove();
        expect(choice).toMatchObject({ serving: 'wasm', training: 'wasm' });
        expect(choice.why).toMatch(/^tfjs-node cannot be used: /);
        expect(choice.why).toMatch(why);
        expect(choice.why).not.toContain('\n');
      },
    );
  }
});

const readsUsage = process.platform === 'linux' && hasCompiler;
test.skipIf(!readsUsage)(
  'an engine that loads slowly does not count as hanging while it progresses',
  async () => {
    const { folder, remove } = installBroken(slow.build);
    const { why } = await choose(folder);
    remove();
    expect(why).toMatch(slow.why);
  },
);
