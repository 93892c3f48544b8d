import { type ChildProcess, fork } from 'node:child_process';

/** The response of a child process that failed. */
export interface Failed {
  type: 'failed';
  message: string;
}

/** Starts a module of the bench in a process of its own, which ends by `kill` or when this process ends. */
export function forkChild(module: URL, args: readonly string[] = []): ChildProcess {
  // Standard output is reserved for the figures.
  return fork(module, args, { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] });
}

/** Sends `message` and resolves with the child's next response. */
export function ask<Answer>(child: ChildProcess, message: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null) =>
      reject(new Error(`A process of the bench ended with ${signal ?? `exit code ${code}`}.`));
    child.once('close', ended);
    child.once('message', (answer: { type: 'done'; value: Answer } | Failed) => {
      child.off('close', ended);
      if (answer.type === 'failed') reject(new Error(answer.message));
      else resolve(answer.value);
    });
    child.send(message);
  });
}

/** In the child: answers every message with the result of `handle`. */
export function answerParent<Message>(handle: (message: Message) => Promise<unknown>): void {
  process.on('message', (message: Message) => {
    handle(message).then(
      value => process.send?.({ type: 'done', value }),
      error =>
        process.send?.({ type: 'failed', message: error instanceof Error ? error.message : `${error}` }),
    );
  });
  process.on('disconnect', () => process.exit());
}
