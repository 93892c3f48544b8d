// Runs every part of the tests, whatever the others did, and counts all of them in the last line: formatting and types,
// vitest's tests, Playwright's tests in a browser. The last two run beside each other, because a page waits more than
// it computes; what Playwright prints follows when vitest is done.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';

const reports = { vitest: 'out/vitest.json', playwright: 'out/playwright.json' };
rmSync('out', { recursive: true, force: true });

/** Whether the program succeeded, and what it printed if that was kept. */
async function run(command, { output }) {
  const stdio = output === 'kept' ? ['ignore', 'pipe', 'pipe'] : 'inherit';
  const child = spawn(command, { stdio, shell: true });
  let kept = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', text => (kept += text));
  const [code] = await once(child, 'close');
  return { succeeded: code === 0, kept };
}
const shown = { output: 'shown' };
const read = file => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);

const checks = [];
for (const command of ['biome ci .', 'tsc -p shared', 'tsc -p .', 'tsc -p client'])
  checks.push((await run(command, shown)).succeeded);
const inBrowser = run('playwright test', { output: 'kept' });
const vitest = (await run('vitest run', shown)).succeeded;
const { succeeded: playwright, kept } = await inBrowser;
process.stdout.write(kept);

const unit = read(reports.vitest);
const browser = read(reports.playwright)?.stats;
const counts = {
  checks: { passed: checks.filter(each => each).length, failed: checks.filter(each => !each).length },
  vitest: { passed: unit?.numPassedTests ?? 0, failed: unit?.numFailedTests ?? 0 },
  playwright: { passed: (browser?.expected ?? 0) + (browser?.flaky ?? 0), failed: browser?.unexpected ?? 0 },
};
// A part that failed without a failed test, such as a file that does not load, counts as one.
for (const [part, succeeded] of Object.entries({ vitest, playwright }))
  if (!succeeded && counts[part].failed === 0) counts[part].failed = 1;

const sum = kind => Object.values(counts).reduce((total, each) => total + each[kind], 0);
for (const [part, { passed, failed }] of Object.entries(counts))
  process.stdout.write(`${part}: ${passed} passed, ${failed} failed.\n`);
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
process.exitCode = sum('failed') === 0 && counts.vitest.passed > 0 && counts.playwright.passed > 0 ? 0 : 1;
