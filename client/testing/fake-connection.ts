import { signal } from '@preact/signals';
import { type DefaultEventsMap, Emitter } from '@socket.io/component-emitter';
import type { Refusal } from '../../shared/ack.ts';
import type { ClientToServer } from '../../shared/events.ts';
import type { Welcome } from '../../shared/protocol.ts';
import type { Connection, Events, Link } from '../net/connection.ts';
import { type Answer, noAnswer } from '../net/retry.ts';

/** An event that the page sends. */
export type SentEvent = {
  [Event in keyof ClientToServer]: [Event, Parameters<ClientToServer[Event]>[0]];
}[keyof ClientToServer];

export const refusal = (reason: Refusal['reason'], retryAfterMs?: number): Refusal => ({
  ok: false,
  reason,
  message: `refused: ${reason}`,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

/** A connection for tests: `sent` lists the page's events in order, `answer` returns every ack. */
export function createFakeConnection() {
  const sent: SentEvent[] = [];
  const link = signal<Link>({ state: 'connecting' });
  const emitter = new Emitter<DefaultEventsMap, DefaultEventsMap>();
  let samples = 0;

  const fake = {
    sent,
    answer(_sent: SentEvent): Answer {
      return { ok: true };
    },
    emit<Name extends keyof Events>(name: Name, payload: Events[Name]) {
      emitter.emit<string>(name, payload);
    },
    goLive(welcome: Partial<Welcome> = {}) {
      link.value = { state: 'live' };
      fake.emit('welcome', {
        session: null,
        room: 'lobby',
        model: { version: 'base', card: { version: 'base' } },
        people: [{ person: 1, name: '' }],
        you: 1,
        origin: null,
        snapshot: { tick: 0, page: 0, pages: 1, tiles: [] },
        ...welcome,
      });
    },
    goOffline() {
      link.value = { state: 'offline' };
    },
    events: (name: SentEvent[0]) => sent.filter(([event]) => event === name),
  };

  const live = () => link.value.state === 'live';
  async function send(event: SentEvent): Promise<Answer> {
    if (!live()) return noAnswer;
    sent.push(event);
    const answer = fake.answer(event);
    await Promise.resolve();
    return live() ? answer : noAnswer;
  }

  const connection: Connection = {
    link,
    listen(name: string, listener) {
      emitter.on(name, listener);
      return () => emitter.off(name, listener);
    },
    draw(draw) {
      if (live()) sent.push(['draw', structuredClone(draw)]);
    },
    redraw: redraw => send(['redraw', structuredClone(redraw)]),
    finish: finish => send(['finish', finish]),
    setPage: page => send(['look', page]),
    async label(label) {
      const answer = await send(['label', label]);
      return answer.ok ? { ok: true, value: { sample: ++samples } } : answer;
    },
    async host(action) {
      const answer = await send(['host', action]);
      return answer.ok ? { ok: true, value: { people: [], veiled: [] } } : answer;
    },
    rename() {},
    close() {},
  };
  return { ...fake, connection, fake };
}

/** A key-value store that outlives the models of a test, as storage outlives a page. */
export function createMemoryStore() {
  const stored = new Map<string, string>();
  return {
    keys: () => [...stored.keys()],
    read: (key: string): unknown => JSON.parse(stored.get(key) ?? 'null') ?? undefined,
    write(key: string, value: unknown) {
      stored.set(key, JSON.stringify(value));
    },
    remove(key: string) {
      stored.delete(key);
    },
  };
}

/** Waits end only when the test calls `pass`. */
export function createFakeTime() {
  let waiting: { ms: number; resolve: () => void }[] = [];
  return {
    wait: (ms: number) => new Promise<void>(resolve => void waiting.push({ ms, resolve })),
    pauses: () => waiting.map(({ ms }) => ms),
    async pass() {
      const due = waiting;
      waiting = [];
      for (const { resolve } of due) resolve();
      await flushPromises();
    },
  };
}

/** Runs all pending promise callbacks. */
export async function flushPromises() {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}
