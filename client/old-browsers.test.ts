import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/**
 * vite.config.ts targets Safari 16.4, Chrome 111 and Firefox 115. The type checker rejects newer functions of the
 * language (`lib` in tsconfig.json), but accepts every function of the DOM and does not read style sheets.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const sources = globSync('{client,shared,training}/**/*.{ts,tsx,css}', { cwd: root }).filter(
  path => !/\.test\.|client\/(dist|e2e)\//.test(path),
);
const using = (pattern: RegExp, ending: RegExp) =>
  sources.filter(path => ending.test(path) && pattern.test(readFileSync(root + path, 'utf8')));

test.each([
  ['URL.canParse', /\bURL\.(canParse|parse)\b/],
  ['AbortSignal.any', /\bAbortSignal\.any\b/],
  ['popovers', /\b(show|hide|toggle)Popover\b|\bpopover=/],
  ['view transitions', /\bstartViewTransition\b/],
  ['moveBefore', /\.moveBefore\b/],
  ['checkVisibility', /\.checkVisibility\b/],
  ['HTML setters', /\bsetHTML(Unsafe)?\b|\bparseHTMLUnsafe\b/],
  ['idle callbacks and the scheduler', /\brequestIdleCallback\b|\bscheduler\.(yield|postTask)\b/],
  ['base64 of bytes', /\b(from|to)(Base64|Hex)\(/],
  ['streams as iterables', /\bReadableStream\.from\b/],
  ['color-mix, which canvases of Chrome 111 do not know', /color-mix\(/],
])('no script uses %s', (_name, pattern) => {
  expect(using(pattern, /\.tsx?$/)).toEqual([]);
});

test.each([
  [':has()', /:has\(/],
  ['color-mix(), which takes no calc() in Chrome 111', /color-mix\(/],
  ['relative colours', /\b(rgb|hsl|oklch|oklab|color)\(from /],
  ['registered properties', /@property/],
  ['@starting-style', /@starting-style|allow-discrete/],
  ['@scope', /@scope/],
  ['subgrid', /subgrid/],
  ['anchors', /\banchor(-size)?\(|position-anchor/],
  ['field-sizing and keyword sizes', /field-sizing|interpolate-size|calc-size\(/],
  ['timelines of scrolling', /animation-timeline/],
  ['the line-height unit', /\d(r?lh)\b/],
  ['custom properties on a backdrop', /::backdrop\s*{[^}]*(var|light-dark)\(/],
])('no style sheet uses %s', (_name, pattern) => {
  expect(using(pattern, /\.css$/)).toEqual([]);
});

test('the patterns search the sources', () => {
  expect(using(/./, /\.css$/).length).toBeGreaterThan(5);
  expect(using(/./, /\.tsx?$/).length).toBeGreaterThan(100);
});
