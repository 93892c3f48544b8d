import { delimiter, join } from 'node:path';
import { MissingError } from './missing-error.ts';
import { run } from './run-program.ts';

/** Default host of the package's installer, and the installer's variable for another host. */
const usualHost = 'https://storage.googleapis.com/';
const hostSetting = 'TFJS_NODE_CDN_STORAGE';
/** The largest download on Linux: if the host serves this file, it serves the others. */
const probeFile = 'tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz';

/** A response takes a second; a network that drops packets would block for minutes. */
const maxReachMs = 5_000;
/** 100 MB over a line of 3 Mbit/s. */
const maxDownloadMs = 300_000;

export interface Download {
  reachMs?: number;
  downloadMs?: number;
  output?: 'shown' | 'dropped';
}

/**
 * Downloads TensorFlow's library and the addon into the package in `folder`, with the package's installer. Rejects
 * with MissingError when the download cannot be reached, fails or takes too long.
 */
export async function downloadEngine(
  folder: string,
  { reachMs = maxReachMs, downloadMs = maxDownloadMs, output }: Download = {},
): Promise<void> {
  await reachHost(new URL(probeFile, process.env[hostSetting] ?? usualHost), reachMs);
  process.stderr.write('Downloading TensorFlow, some 100 MB…\n');
  // The installer calls a program of another package by name, through PATH.
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
