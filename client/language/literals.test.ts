import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';

/** Everything that people read or hear comes from `texts/`: the other files of the page hold no sentence of their own. */
const root = fileURLToPath(new URL('../', import.meta.url));
const files = globSync('**/*.{ts,tsx}', { cwd: root }).filter(
  file =>
    !/\.(test|spec)\.|^(dist|e2e|testing|language\/texts)\/|^(vite\.config|precompress)\.ts$/.test(file),
);

const spoken = new Set(['title', 'aria-label', 'aria-description', 'placeholder', 'alt', 'label']);
const isWord = (text: string) => /\p{L}{2}/u.test(text);
/** Two words in a row are a sentence, unless they name a font or a style. */
const isSentence = (text: string) => /\p{L}{2,}[,:.]? \p{L}{2,}/u.test(text);
/** Texts of the code: class names, errors for engineers, names of fonts, keys and devices, queries. */
const written = new Set(['class', 'd', 'viewBox', 'style', 'accept', 'rel', 'autocomplete', 'points']);
const proper =
  /^(Inkling|Esc|Enter|WebGPU|WebGL|WebAssembly)$|Georgia|^\(prefers-|^input, textarea|^io server /;

interface Found {
  text: string;
  at: number;
}

interface Node {
  type: string;
  start: number;
  value?: unknown;
  name?: unknown;
  callee?: unknown;
  source?: unknown;
}
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
const isCooked = (value: unknown): value is { cooked: string } =>
  typeof value === 'object' && value !== null && 'cooked' in value && typeof value.cooked === 'string';

/** Imports, types, errors for engineers, and attributes that nobody reads. */
function isSilent({ type, name, callee, source }: Node): boolean {
  if (type.endsWith('Declaration') && isNode(source)) return true;
  if (type.startsWith('TS') && !type.endsWith('Expression')) return true;
  if (type === 'NewExpression' && isNode(callee) && `${callee.name}`.endsWith('Error')) return true;
  return type === 'JSXAttribute' && isNode(name) && written.has(`${name.name}`);
}

function literalsIn(code: string, file: string): Found[] {
  const found: Found[] = [];
  const add = (text: string, at: number) => {
    if (!proper.test(text.trim())) found.push({ text: text.trim(), at });
  };
  function visit(node: unknown) {
    if (Array.isArray(node)) for (const each of node) visit(each);
    if (!isNode(node) || isSilent(node)) return;
    const { type, start, value, name } = node;
    if (type === 'JSXText' && isWord(`${value}`)) add(`${value}`, start);
    if (type === 'JSXAttribute' && isNode(name) && isNode(value) && typeof value.value === 'string') {
      if (spoken.has(`${name.name}`) && isWord(value.value)) add(value.value, start);
      return;
    }
    if (type === 'Literal' && typeof value === 'string' && isSentence(value)) add(value, start);
    if (type === 'TemplateElement' && isCooked(value) && isSentence(value.cooked)) add(value.cooked, start);
    for (const child of Object.values(node)) visit(child);
  }
  visit(parseSync(file, code).program);
  return found;
}

test('the scan finds a sentence wherever it stands', () => {
  const code = `
    import x from './two words.ts';
    const a = <p class="one two" title="Stop">Go <b>{n} times</b></p>;
    notify(\`The label \${a} was not taken\`);
    throw new TypeError('no such thing');
    const names = cond ? 'read wrong' : 'right';`;
  expect(literalsIn(code, 'a.tsx').map(({ text }) => text)).toEqual([
    'Stop',
    'Go',
    'times',
    'The label',
    'was not taken',
    'read wrong',
  ]);
});

test('no file but the texts holds what people read', () => {
  const found = files.flatMap(file => {
    const code = readFileSync(root + file, 'utf8');
    return literalsIn(code, file).map(
      ({ text, at }) => `${file}:${code.slice(0, at).split('\n').length} ${text}`,
    );
  });
  expect(found).toEqual([]);
});
