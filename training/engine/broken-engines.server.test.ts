import { describe, expect, test } from 'vitest';
import { chooseEngine } from './choose-engine.ts';
import { broken, hasCompiler, installBroken, slow } from './testing/broken-engine.ts';

// Side by side: to find that one hangs is waiting.
describe.concurrent('with a native engine', () => {
  for (const { what, needsCompiler, build, why } of broken) {
    test.skipIf(needsCompiler && !hasCompiler)(
      `${what}, everything runs on WASM, and it is said why`,
      async () => {
        const { folder, remove } = installBroken(build);
        const choice = await chooseEngine({ setting: 'auto', folder });
        remove();
        expect(choice).toMatchObject({ serving: 'wasm', training: 'wasm' });
        expect(choice.why).toMatch(/^tfjs-node cannot be used: /);
        expect(choice.why).toMatch(why);
        expect(choice.why).not.toContain('\n');
      },
    );
  }
});

const knowsWork = process.platform === 'linux' && hasCompiler;
test.skipIf(!knowsWork)(
  'an engine that is slow to load and gets somewhere does not count as hanging',
  async () => {
    const { folder, remove } = installBroken(slow.build);
    const { why } = await chooseEngine({ setting: 'auto', folder });
    remove();
    expect(why).toMatch(slow.why);
  },
);
