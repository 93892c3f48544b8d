import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';

/** The part of a child process that its supervisor uses. */
export interface Child<To, From> {
  send(message: To): void;
  onMessage(listener: (message: From) => void): void;
  /** After the last message. */
  onExit(listener: (how: string) => void): void;
  kill(): void;
}

/** Messages that TensorFlow prints while it loads, whatever its log level. */
const greeting = /^(WARNING: All log messages before absl|[IW]\d+ [\d:.]+ )/;

export interface ChildParts {
  args?: readonly string[];
  /** Niceness of the process, 0 to 19. */
  nice?: number;
}

/** Runs a file of the project as a child process, which exits when this process is gone. */
export function spawnChild<To extends object, From>(
  file: string,
  { args = [], nice = 0 }: ChildParts = {},
): Child<To, From> {
  const child = fork(file, args, {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The flags of this process do not apply to the child.
    execArgv: [],
  });
  if (nice > 0 && child.pid !== undefined) setPriority(child.pid, nice);
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on('line', line => {
      if (!greeting.test(line)) process.stderr.write(`${line}\n`);
    });
  // Sending to a dying child fails; its exit event follows and is the one handled.
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
      // 'exit' may come before the process's last message; 'close' comes after it.
      child.once('close', (code, signal) => {
        listener(signal ?? `exit code ${code}`);
      });
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
