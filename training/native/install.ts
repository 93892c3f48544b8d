import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchmarkEngine } from '../engine/benchmark-engine.ts';
import { chooseEngine } from '../engine/choose-engine.ts';
import { hasLibrary, nativeFolder } from '../engine/native-folder.ts';
import { buildEngine } from './build.ts';
import { findCompiler } from './compile.ts';
import { downloadEngine } from './download.ts';
import { MissingError } from './missing-error.ts';
import { replaceEngine } from './replace.ts';

const usage = `npm run native [-- --build] [-- --wheel FILE.whl]

Installs TensorFlow's library into the package @tensorflow/tfjs-node: the official download if its host responds, else
a build from the headers and libraries of TensorFlow for Python, which pip downloads from its configured index. --build
skips the download, --wheel builds from a file. Builds need Linux on x64 or ARM. The first \`npm start\` tries the
download.
`;
/** Exists after a failed download; npm removes it when it installs the package again. */
const triedFile = join(nativeFolder, '.download-tried');
const limits = { bootMs: 20_000, startMs: 20_000, timingMs: 20_000 };

const print = (line: string) => process.stderr.write(`${line}\n`);

/** Resolves if the engine in `folder` passes its self-test. Rejects with MissingError. */
async function verify(folder: string): Promise<void> {
  const result = await benchmarkEngine({ engine: 'tfjs-node', threads: 1, folder }, limits);
  if (!result.ok) throw new MissingError(`The native engine does not work here: ${result.why}.`);
}

/** Lets `get` install into a copy of the package and replaces the engine if the copy works. Rejects with MissingError. */
async function replaceBy(get: (copy: string) => Promise<void>): Promise<void> {
  await replaceEngine(nativeFolder, async copy => {
    await get(copy);
    await verify(copy);
  });
}

/** For the first start: downloads once, within time limits. Prints a MissingError instead of rejecting. */
async function downloadOnce(): Promise<void> {
  if (!existsSync(nativeFolder) || hasLibrary(nativeFolder) || existsSync(triedFile)) return;
  try {
    await replaceBy(copy => downloadEngine(copy, { output: 'dropped' }));
    print('TensorFlow is installed: the server measures it beside WASM and uses the faster one.');
  } catch (error) {
    if (!(error instanceof MissingError)) throw error;
    writeFileSync(triedFile, `${error.message}\n`);
    print(`${error.message} The server runs on WASM; \`npm run native\` tries again, or builds TensorFlow.`);
  }
}

async function downloadOrBuild(): Promise<void> {
  try {
    await replaceBy(copy => downloadEngine(copy));
  } catch (error) {
    if (!(error instanceof MissingError)) throw error;
    print(error.message);
    await replaceBy(copy => buildEngine(copy, undefined));
  }
}

async function install(): Promise<void> {
  const { values } = parseArgs({
    options: {
      build: { type: 'boolean', default: false },
      wheel: { type: 'string' },
      'if-missing': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  if (values['if-missing']) return downloadOnce();
  const { wheel } = values;
  if (wheel !== undefined && !existsSync(wheel)) throw new MissingError(`There is no wheel ${wheel}.`);
  const builds = values.build || wheel !== undefined;
  if (builds) findCompiler();
  if (!existsSync(nativeFolder))
    throw new MissingError(
      'The package @tensorflow/tfjs-node is not installed: run `npm ci --include=optional`.',
    );
  if (builds) await replaceBy(copy => buildEngine(copy, wheel));
  else if (!(await works())) await downloadOrBuild();
  const { serving, training, why } = await chooseEngine({ setting: 'auto', folder: nativeFolder });
  process.stdout.write(
    `tfjs-node works. With ENGINE=auto, ${serving} serves and ${training} trains: ${why}.\n`,
  );
}

async function works(): Promise<boolean> {
  return (
    hasLibrary(nativeFolder) &&
    (await benchmarkEngine({ engine: 'tfjs-node', threads: 1, folder: nativeFolder }, limits)).ok
  );
}

install().catch(error => {
  const expected =
    error instanceof MissingError ||
    (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  const outcome = hasLibrary(nativeFolder)
    ? 'The engine that is installed stays as it was.'
    : 'Without it everything runs on WASM.';
  process.stderr.write(expected ? `${error.message}\n${outcome}\n` : `${error.stack}\n`);
  process.exitCode = 1;
});
