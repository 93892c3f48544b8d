// Adds up what the two test runners wrote to out/; fails when one of them wrote nothing.
import { existsSync, readFileSync } from 'node:fs';

const read = file => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);
const unit = read('out/vitest.json');
const browser = read('out/playwright.json');
const passed = (unit?.numPassedTests ?? 0) + (browser?.stats.expected ?? 0) + (browser?.stats.flaky ?? 0);
const failed =
  (unit?.numFailedTests ?? 0) +
  (unit?.numFailedTestSuites && !unit.numFailedTests ? unit.numFailedTestSuites : 0) +
  (browser?.stats.unexpected ?? 0);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(unit && browser && passed > 0 && failed === 0 ? 0 : 1);
