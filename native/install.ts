import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chooseEngine } from '../training/choose-engine.ts';
import { proveEngine } from '../training/prove-engine.ts';
import { compile, findCompiler } from './compile.ts';
import { MissingError } from './missing.ts';
import { run } from './run.ts';
import { downloadWheel, unpackWheel } from './wheel.ts';

const usage = `npm run native [-- --build] [-- --wheel FILE.whl]

Gets the native engine, @tensorflow/tfjs-node: the official download where it can be reached, else built from the
headers and libraries of TensorFlow for Python, which pip gets from where it is set up to. --build builds at once,
--wheel from a file. Linux x64 and ARM; elsewhere the official download only.
`;
const tree = fileURLToPath(new URL('.', import.meta.url));
const home = join(tree, 'node_modules/@tensorflow/tfjs-node');
const official =
  'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz';
/** An answer takes a second; a network that swallows everything would take minutes. */
const reachMs = 5_000;
const patience = { bootMs: 20_000, startMs: 20_000, timingMs: 20_000 };

const say = (line: string) => process.stderr.write(`${line}\n`);
const prove = () => proveEngine({ engine: 'tfjs-node', threads: 1, folder: tree }, patience);

async function isReachable(): Promise<boolean> {
  const signal = AbortSignal.timeout(reachMs);
  return fetch(official, { method: 'HEAD', signal }).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Whether the packages' own installer got an engine that works. */
async function download(): Promise<boolean> {
  if (!(await isReachable())) {
    say('The official download cannot be reached.');
    return false;
  }
  say('Downloading TensorFlow, some 100 MB…');
  try {
    run(npm('rebuild', '@tensorflow/tfjs-node', '--foreground-scripts'), {
      folder: tree,
      otherwise: 'The official download failed',
    });
  } catch (error) {
    if (!(error instanceof MissingError)) throw error;
    say(error.message);
    return false;
  }
  const proof = await prove();
  if (!proof.ok) say(`The official download does not work here: ${proof.why}.`);
  return proof.ok;
}

function build(given: string | undefined): void {
  if (process.platform !== 'linux')
    throw new MissingError(`Building is for Linux; this is ${process.platform}.`);
  const compiler = findCompiler();
  const unpacked = mkdtempSync(join(tree, 'node_modules/.wheel-'));
  try {
    const wheel = given ?? downloadWheel(unpacked);
    say('Unpacking TensorFlow…');
    unpackWheel(wheel, { folder: unpacked, tree });
    say('Compiling the addon…');
    compile(compiler, { tree, unpacked });
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
}

function npm(...words: string[]): string[] {
  return process.platform === 'win32' ? ['npm.cmd', ...words] : ['npm', ...words];
}

async function install(): Promise<void> {
  const { values } = parseArgs({
    options: {
      build: { type: 'boolean', default: false },
      wheel: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  if (values.wheel !== undefined && !existsSync(values.wheel))
    throw new MissingError(`There is no wheel ${values.wheel}.`);
  const builds = values.build || values.wheel !== undefined;
  if (builds) findCompiler();
  const worked = existsSync(home) && (await prove()).ok;
  if (!worked || builds) {
    run(npm('ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'), {
      folder: tree,
      otherwise: 'Its packages cannot be had',
    });
    if (builds || !(await download())) build(values.wheel);
  }
  const proof = await prove();
  if (!proof.ok) throw new MissingError(`The native engine is there and cannot be used: ${proof.why}.`);
  const { serving, training, why } = await chooseEngine({ setting: 'auto', folder: tree });
  process.stdout.write(
    `tfjs-node works. With ENGINE=auto, ${serving} serves and ${training} trains: ${why}.\n`,
  );
}

install().catch(error => {
  const expected =
    error instanceof MissingError ||
    (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  process.stderr.write(
    expected ? `${error.message}\nWithout it everything runs on WASM.\n` : `${error.stack}\n`,
  );
  process.exitCode = 1;
});
