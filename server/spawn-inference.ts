import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { InferenceProcess } from './inference.ts';
import type { FromProcess } from './inference-messages.ts';

const entry = fileURLToPath(new URL('./inference-process.ts', import.meta.url));

/** An inference process as a child of this one; it ends by itself when this one is gone. */
export function spawnInference(): InferenceProcess {
  const child = fork(entry, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  // A send to a child that is just dying fails; its exit is what counts and comes anyway.
  child.on('error', () => {});
  return {
    send(message) {
      if (child.connected) child.send(message, () => {});
    },
    onMessage(listener) {
      child.on('message', (message: FromProcess) => {
        listener(message);
      });
    },
    onExit(listener) {
      child.once('exit', (code, signal) => {
        listener(signal ?? `exit code ${code}`);
      });
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
