import type { Logger } from 'pino';
import type { EngineChoice } from '../../training/engine/choose-engine.ts';
import type { Engine, EngineStart } from '../../training/engine/engine.ts';
import type { Child } from './child-process.ts';

export interface EnginesParts {
  choice: EngineChoice;
  /** The package of the native one. */
  folder: string;
  /** Of the job that trains; a process that serves has one, which is faster for so small a net. */
  trainingThreads: number;
  log: Logger;
}

export interface Engines {
  /** A process on the engine of its job, by `spawn`. */
  run<Process extends Child<object, unknown>>(
    job: 'serving' | 'training',
    spawn: (start: EngineStart) => Process,
  ): Process;
  /** A process that serves hung or gave up, and is being killed. */
  broken(): void;
}

/**
 * Which engine each process gets. The native one is trusted until it takes a process along: from then on, until the
 * next start, everything runs on WASM.
 */
export function createEngines({ choice, folder, trainingThreads, log }: EnginesParts): Engines {
  let distrusted = false;

  function distrust(why: string) {
    if (distrusted) return;
    distrusted = true;
    log.error({ why }, 'tfjs-node is not used any more until the next start; wasm takes over');
  }

  return {
    run(job, spawn) {
      const engine: Engine = distrusted ? 'wasm' : choice[job];
      const child = spawn({ engine, threads: job === 'training' ? trainingThreads : 1, folder });
      if (engine === 'wasm') return child;
      let ours = false;
      child.onExit(how => {
        if (!ours && how !== 'exit code 0') distrust(how);
      });
      return {
        ...child,
        kill() {
          ours = true;
          child.kill();
        },
      };
    },
    broken() {
      if (choice.serving !== 'wasm') distrust('a process that serves hung or gave up');
    },
  };
}
