import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';

/** A process of ours, as far as whoever supervises it cares. */
export interface Child<To, From> {
  send(message: To): void;
  onMessage(listener: (message: From) => void): void;
  onExit(listener: (how: string) => void): void;
  kill(): void;
}

/** What TensorFlow says while it is loaded, whatever its own settings are. */
const greeting = /^(WARNING: All log messages before absl|[IW]\d+ [\d:.]+ )/;

export interface ChildParts {
  args?: readonly string[];
  /** How far the process stands back behind others, 0 to 19. */
  nice?: number;
}

/** Runs a file of ours as a child of this process; it ends by itself when this one is gone. */
export function spawnChild<To extends object, From>(
  file: string,
  { args = [], nice = 0 }: ChildParts = {},
): Child<To, From> {
  const child = fork(file, args, {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The flags of this process are for what it does.
    execArgv: [],
  });
  if (nice > 0 && child.pid !== undefined) setPriority(child.pid, nice);
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on('line', line => {
      if (!greeting.test(line)) process.stderr.write(`${line}\n`);
    });
  // A send to a child that is just dying fails; its exit is what counts and comes anyway.
  child.on('error', () => {});
  return {
    send(message) {
      if (child.connected) child.send(message, () => {});
    },
    onMessage(listener) {
      child.on('message', (message: From) => {
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
