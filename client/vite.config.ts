import { defineConfig } from 'vite';
import { precompressBuild } from './precompress.ts';

export default defineConfig({
  build: {
    // A school's tablets are five years old. `target` lowers syntax and style sheets; `lib` in tsconfig.json rejects
    // newer functions, and e2e/old-browser.spec.ts removes them.
    target: ['safari16.4', 'chrome111', 'firefox115'],
    manifest: true,
    rolldownOptions: {
      input: ['/index.html', '/nowhere.html'],
      output: {
        // Modules that the first script shares with later ones: as chunks of their own, too small to be compressed.
        codeSplitting: {
          groups: [
            {
              name: 'shared',
              test: /client\/(browser\/(router|load-code)|ui\/lazy|paint\/pen-width|language\/(formats|language|languages|refusal-text))\.tsx?$|\/shared\/limits/,
            },
          ],
        },
      },
    },
    // The content security policy is 'self' alone, which forbids data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  plugins: [precompressBuild()],
  // The trainer imports the code of a backend when it tries that backend, which needs a module worker.
  worker: { format: 'es' },
});
