import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

/** Fonts and pictures other than SVG are compressed already. */
const compressible = /\.(?:css|html|js|json|svg|wasm)$/;

/** One packet: compression does not speed up a smaller file. */
const minBytes = 1_400;

const brotli = (bytes: Buffer) =>
  promisify(brotliCompress)(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
const gzipped = (bytes: Buffer) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION });

const encodings = [
  { ending: '.br', compress: brotli },
  { ending: '.gz', compress: gzipped },
];

/**
 * Writes `FILE.br` and `FILE.gz` beside every file of `folder` that compression shrinks. The bytes depend on the file
 * alone. server/http/page-routes.ts sends them to browsers that accept the encoding.
 */
export async function precompressFolder(folder: string) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  await Promise.all(files.map(file => compressible.test(file) && precompress(file)));
}

async function precompress(file: string) {
  const bytes = await readFile(file);
  for (const { ending, compress } of encodings) {
    const compressed = bytes.length < minBytes ? bytes : await compress(bytes);
    if (compressed.length < bytes.length) await replaceFile(file + ending, compressed);
    else await rm(file + ending, { force: true });
  }
}

/** A server that sends the file meanwhile sends all of the old or all of the new one: browsers keep it for a year. */
async function replaceFile(file: string, bytes: Buffer) {
  await writeFile(`${file}.new`, bytes);
  await rename(`${file}.new`, file);
}

/** Vite plugin that precompresses the files that a build writes. */
export function precompressBuild(): Plugin {
  return {
    name: 'precompress-build',
    apply: 'build',
    // Not `closeBundle`, which also follows a build that only a test reads.
    writeBundle: ({ dir }) => (dir === undefined ? undefined : precompressFolder(dir)),
  };
}
