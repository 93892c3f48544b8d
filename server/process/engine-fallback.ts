import type { Logger } from 'pino';
import type { EngineChoice } from '../../training/engine/choose-engine.ts';
import type { Engine, EngineStart } from '../../training/engine/engine.ts';
import type { Child } from './child-process.ts';

export interface EnginesParts {
  choice: EngineChoice;
  /** The folder of the native engine's package. */
  folder: string;
  /** Threads of a training process; an inference process has one, which is faster for so small a net. */
  trainingThreads: number;
  log: Logger;
}

export interface Engines {
  /** Starts a process by `spawn` on the engine chosen for its job. */
  run<Process extends Child<object, unknown>>(
    job: 'serving' | 'training',
    spawn: (start: EngineStart) => Process,
  ): Process;
  /** An inference process hung or failed, and is being killed. */
  broken(): void;
}

/**
 * Chooses the engine of each process. The native engine is used until a process on it crashes or hangs; from then
 * until the next start all processes use WASM.
 */
export function createEngines({ choice, folder, trainingThreads, log }: EnginesParts): Engines {
  let distrusted = false;

  function distrust(why: string) {
    if (distrusted) return;
    distrusted = true;
    log.error({ why }, 'tfjs-node is disabled until the next start; wasm takes over');
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
      if (choice.serving !== 'wasm') distrust('an inference process hung or failed');
    },
  };
}
