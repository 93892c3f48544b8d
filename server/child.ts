import { fork } from 'node:child_process';

/** A process of ours, as far as whoever supervises it cares. */
export interface Child<To, From> {
  send(message: To): void;
  onMessage(listener: (message: From) => void): void;
  onExit(listener: (how: string) => void): void;
  kill(): void;
}

/** Runs a file of ours as a child of this process; it ends by itself when this one is gone. */
export function spawnChild<To extends object, From>(file: string): Child<To, From> {
  const child = fork(file, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // The flags of this process are for what it does.
    execArgv: [],
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
