// Runs all parts of the tests, even after a failure, and counts them in the last line: formatting and types, vitest's
// tests, Playwright's tests in a browser.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import shareFolder from '../testing/global-setup.ts';

const reports = { vitest: 'out/vitest.json', playwright: 'out/playwright.json' };
rmSync('out', { recursive: true, force: true });
// All parts copy the same empty database: creating one takes as long as several starts.
process.once('exit', shareFolder());

/** Whether the program succeeded. */
const run = command => spawnSync(command, { stdio: 'inherit', shell: true }).status === 0;
/** As `run`, while others run; `isShown` prints at once, otherwise the output follows at the end. */
async function runBeside(command, { isShown }) {
  const child = spawn(command, { stdio: isShown ? 'inherit' : ['ignore', 'pipe', 'pipe'], shell: true });
  const written = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => written.push(chunk));
  const [status] = await once(child, 'close');
  process.stdout.write(Buffer.concat(written));
  return status === 0;
}
/** Characters of a page that did not show what its test expects. */
const maxShown = 8_000;
const read = file => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);

const checks = [
  'biome ci .',
  'tsc -p shared',
  'tsc -p .',
  'tsc -p client',
  'tsc -p client/tsconfig.tests.json',
].map(run);
// Vitest's two workers compute most of the time and Playwright waits for its one browser: beside each other they leave no
// core idle, and each takes longer than alone.
const [vitest, playwright] = await Promise.all([
  runBeside('vitest run', { isShown: true }),
  runBeside('playwright test', { isShown: false }),
]);

// The page as its test failed: of a run elsewhere, only the output is left.
for (const file of globSync('test-results/*/error-context.md'))
  process.stdout.write(`\n${file}\n${readFileSync(file, 'utf8').slice(0, maxShown)}\n`);

const unit = read(reports.vitest);
const browser = read(reports.playwright)?.stats;
const counts = {
  checks: { passed: checks.filter(each => each).length, failed: checks.filter(each => !each).length },
  vitest: { passed: unit?.numPassedTests ?? 0, failed: unit?.numFailedTests ?? 0 },
  playwright: { passed: (browser?.expected ?? 0) + (browser?.flaky ?? 0), failed: browser?.unexpected ?? 0 },
};
// A failed part without a failed test, such as a file that does not load, counts as one failure.
for (const [part, succeeded] of Object.entries({ vitest, playwright }))
  if (!succeeded && counts[part].failed === 0) counts[part].failed = 1;

const sum = kind => Object.values(counts).reduce((total, each) => total + each[kind], 0);
for (const [part, { passed, failed }] of Object.entries(counts))
  process.stdout.write(`${part}: ${passed} passed, ${failed} failed.\n`);
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
process.exitCode = sum('failed') === 0 && counts.vitest.passed > 0 && counts.playwright.passed > 0 ? 0 : 1;
