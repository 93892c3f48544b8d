import { defineConfig } from 'vite';
import { precompressBuild } from './precompress.ts';

export default defineConfig({
  build: {
    // A school's tablets are five years old: nothing newer than they have may be taken for granted. This lowers syntax
    // and style sheets. Newer functions are refused by `lib` in tsconfig.json and removed in e2e/old-browser.spec.ts.
    target: ['safari16.4', 'chrome111', 'firefox115'],
    manifest: true,
    // The page is served under a policy of 'self' alone: nothing may be inlined as a data: address.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  plugins: [precompressBuild()],
  // The trainer fetches the code of a device when it tries it.
  worker: { format: 'es' },
});
