import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineStart } from './engine.ts';
import { toArguments } from './engine-arguments.ts';

/** What an engine does in a second of a core. */
export interface EngineSpeed {
  /** Read in batches of 1, 2, 4 and 8, one of each. */
  images: number;
  /** Trained on. */
  samples: number;
}

/** An engine that computes what it should, timed when there was time for it; or why it is not to be used. */
export type Proof = { ok: true; speed: EngineSpeed | null } | { ok: false; why: string };

/** What the process says: that it is there and about to start the engine, then what comes of it. */
export type FromProver = 'here' | Proof;

/** How long it may take to be there, to start before it counts as hanging, and to be timed before that is left. */
export interface ProofLimits {
  bootMs: number;
  startMs: number;
  timingMs: number;
}

/** Starts the engine in a process of its own, has it compute what is known, and times it. Never rejects. */
export function proveEngine(start: EngineStart, { bootMs, startMs, timingMs }: ProofLimits): Promise<Proof> {
  return new Promise(resolve => {
    const file = fileURLToPath(new URL('./prove-process.ts', import.meta.url));
    const child = fork(file, toArguments(start), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    let deadline = setTimeout(settle, bootMs, { ok: false, why: 'this machine is too busy to try it' });
    function wait(ms: number, otherwise: Proof) {
      clearTimeout(deadline);
      deadline = setTimeout(settle, ms, otherwise);
    }
    function settle(proof: Proof) {
      clearTimeout(deadline);
      child.kill('SIGKILL');
      resolve(proof);
    }
    child.on('message', (message: FromProver) => {
      if (message === 'here') wait(startMs, { ok: false, why: `it said nothing for ${startMs / 1000} s` });
      else if (message.ok && message.speed === null) wait(timingMs, message);
      else settle(message);
    });
    child.on('error', error => settle({ ok: false, why: error.message }));
    child.on('exit', (code, signal) =>
      settle({ ok: false, why: `its process ended with ${signal ?? `exit code ${code}`}` }),
    );
  });
}
