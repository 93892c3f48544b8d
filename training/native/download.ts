import { delimiter, join } from 'node:path';
import { MissingError } from './missing.ts';
import { run } from './run.ts';

/** Where the package's own installer downloads from, unless this variable of its names another place. */
const usualHost = 'https://storage.googleapis.com/';
const hostSetting = 'TFJS_NODE_CDN_STORAGE';
/** The largest file it downloads on Linux: when this one can be had, the others can. */
const sample = 'tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz';

/** An answer takes a second; a network that swallows everything would take minutes. */
const maxReachMs = 5_000;
/** 100 MB over a line of 3 Mbit/s. */
const maxDownloadMs = 300_000;

export interface Download {
  reachMs?: number;
  downloadMs?: number;
  output?: 'shown' | 'dropped';
}

/**
 * Downloads TensorFlow's library and the addon into the package in `folder`, by the package's own installer. Rejects
 * with MissingError when the download cannot be reached, fails or takes too long.
 */
export async function downloadEngine(
  folder: string,
  { reachMs = maxReachMs, downloadMs = maxDownloadMs, output }: Download = {},
): Promise<void> {
  await reachHost(new URL(sample, process.env[hostSetting] ?? usualHost), reachMs);
  process.stderr.write('Downloading TensorFlow, some 100 MB…\n');
  // The installer calls a program of another package by its name.
  const path = [join(folder, '../../.bin'), process.env.PATH ?? ''].join(delimiter);
  await run([process.execPath, 'scripts/install.js'], {
    folder,
    failure: 'The download of TensorFlow failed',
    env: { ...process.env, PATH: path },
    limitMs: downloadMs,
    ...(output && { output }),
  });
}

async function reachHost(url: URL, limitMs: number): Promise<void> {
  const unreachable = (why: string) =>
    new MissingError(`TensorFlow's download cannot be reached (${url.host}: ${why}).`);
  try {
    const { ok, status } = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(limitMs) });
    if (!ok) throw unreachable(`status ${status}`);
  } catch (error) {
    if (error instanceof MissingError) throw error;
    throw unreachable(
      error instanceof Error && error.name === 'TimeoutError'
        ? `no answer within ${limitMs / 1000} s`
        : 'no connection',
    );
  }
}
