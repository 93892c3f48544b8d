import { describe, expect, test } from 'vitest';
import { chooseEngine } from './choose-engine.ts';
import { broken, hasCompiler, installBroken } from './test-broken.ts';

describe('with a native engine', () => {
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
