import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { compile, findCompiler } from './compile.ts';
import { MissingError } from './missing-error.ts';
import { downloadWheel, unpackWheel } from './wheel.ts';

/**
 * Builds the native engine into the package in `folder`, from the headers and libraries of TensorFlow for Python: from
 * `wheel`, or from the wheel that pip downloads. Rejects with MissingError.
 */
export async function buildEngine(folder: string, wheel: string | undefined): Promise<void> {
  if (process.platform !== 'linux')
    throw new MissingError(`Building is for Linux; this is ${process.platform}.`);
  const compiler = findCompiler();
  const unpacked = mkdtempSync(join(folder, '.wheel-'));
  const file = wheel ?? (await downloadWheel(unpacked));
  process.stderr.write('Unpacking TensorFlow…\n');
  unpackWheel(file, unpacked);
  process.stderr.write('Compiling the addon…\n');
  await compile(compiler, { folder, unpacked });
}
