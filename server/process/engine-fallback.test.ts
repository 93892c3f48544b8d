import pino from 'pino';
import { expect, test } from 'vitest';
import type { EngineStart } from '../../training/engine/engine.ts';
import type { Child } from './child-process.ts';
import { createEngines } from './engine-fallback.ts';

type Fake = Child<object, unknown> & { start: EngineStart; exit(how: string): void };

function fakeProcess(start: EngineStart): Fake {
  const listeners: ((how: string) => void)[] = [];
  const exit = (how: string) => {
    for (const listener of listeners) listener(how);
  };
  return {
    start,
    exit,
    send() {},
    onMessage() {},
    onExit: listener => void listeners.push(listener),
    kill: () => exit('SIGKILL'),
  };
}

function setUp() {
  const lines: string[] = [];
  const log = pino({ base: undefined }, { write: line => void lines.push(line) });
  const choice = { serving: 'tfjs-node', training: 'tfjs-node', why: 'as set' } as const;
  const engines = createEngines({ choice, folder: '/native', trainingThreads: 3, log });
  return { engines, lines };
}

test('an inference process gets one thread, a training process what serving leaves', () => {
  const { engines } = setUp();
  expect(engines.run('serving', fakeProcess).start).toEqual({
    engine: 'tfjs-node',
    threads: 1,
    folder: '/native',
  });
  expect(engines.run('training', fakeProcess).start).toMatchObject({ engine: 'tfjs-node', threads: 3 });
});

test('a native process that is killed by the server or exits normally stays trusted', () => {
  const { engines, lines } = setUp();
  engines.run('serving', fakeProcess).kill();
  engines.run('training', fakeProcess).exit('exit code 0');
  expect(engines.run('serving', fakeProcess).start.engine).toBe('tfjs-node');
  expect(lines).toEqual([]);
});

test('after one crash or hang all later processes run on WASM, and the log reports it once', () => {
  for (const trouble of ['crash', 'hang']) {
    const { engines, lines } = setUp();
    const other = engines.run('serving', fakeProcess);
    if (trouble === 'hang') engines.broken();
    else engines.run('training', fakeProcess).exit('SIGSEGV');
    other.exit('SIGSEGV');
    expect(engines.run('serving', fakeProcess).start.engine).toBe('wasm');
    expect(engines.run('training', fakeProcess).start.engine).toBe('wasm');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('wasm takes over');
  }
});
