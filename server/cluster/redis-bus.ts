import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Bus } from './bus.ts';

/** Sharded publish and subscribe came with it. */
const leastVersion = 7;
const longestPauseMs = 2_000;
/** What Redis may owe an answer for: a stalled one makes gaps, which are healed, instead of a queue. */
const mostUnansweredBytes = 1_048_576;

/**
 * A bus over Redis, by sharded channels: in a Redis cluster a room's ticks stay on one of its nodes. Never throws and never
 * waits: while Redis is away what is said is lost, and it is said once that it is away.
 */
export function createRedisBus({ url, log }: { url: string; log: Logger }): Bus {
  const options = {
    retryStrategy: (times: number) => Math.min(100 * times, longestPauseMs),
    maxRetriesPerRequest: 0,
    // What was said to a room a minute ago is no news.
    enableOfflineQueue: false,
    // Ours, and with the question that follows.
    autoResubscribe: false,
  };
  const speaking = new Redis(url, options);
  const hearing = new Redis(url, options);
  const channels = new Set<string>();
  const upListeners: (() => void)[] = [];
  const ready = new Set<Redis>();
  let state: 'starting' | 'up' | 'away' | 'closed' = 'starting';
  let unansweredBytes = 0;

  async function speak(channel: string, text: string) {
    if (unansweredBytes + text.length > mostUnansweredBytes) return;
    unansweredBytes += text.length;
    await speaking.spublish(channel, text).catch(() => {});
    unansweredBytes -= text.length;
  }

  async function isRecent() {
    const version = /redis_version:(\d+)\.(\S+)/.exec(await speaking.info('server'));
    if (version === null || Number(version[1]) >= leastVersion) return true;
    log.error(
      `Redis is ${version[1]}.${version[2]}, a cluster needs ${leastVersion} or newer; this node goes on alone`,
    );
    return false;
  }

  async function cameUp() {
    try {
      if (!(await isRecent())) return;
      if (state === 'away') log.info('Redis is back');
      // Before the question below, so that a channel asked for meanwhile is not left out.
      state = 'up';
      if (channels.size > 0) await hearing.ssubscribe(...channels);
    } catch {
      return; // gone again; it comes back by the same way
    }
    for (const listener of upListeners) listener();
  }

  function wentAway(why: string) {
    if (state === 'away' || state === 'closed') return;
    state = 'away';
    log.warn({ why }, 'Redis is away: this node goes on alone until it is back');
  }

  for (const connection of [speaking, hearing]) {
    connection.on('ready', () => {
      ready.add(connection);
      if (ready.size === 2) void cameUp();
    });
    connection.on('error', error => wentAway(error.message));
    connection.on('close', () => {
      ready.delete(connection);
      wentAway('the connection was closed');
    });
  }

  return {
    publish(channel, text) {
      if (state === 'up') void speak(channel, text);
    },
    async listen(channel) {
      channels.add(channel);
      if (state === 'up') await hearing.ssubscribe(channel).catch(() => {});
    },
    unlisten(channel) {
      channels.delete(channel);
      if (state === 'up') hearing.sunsubscribe(channel).catch(() => {});
    },
    onMessage: listener => void hearing.on('smessage', listener),
    onUp: listener => void upListeners.push(listener),
    async close() {
      state = 'closed';
      speaking.disconnect();
      hearing.disconnect();
    },
  };
}
