import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Bus } from './bus.ts';

/** Sharded publish and subscribe needs this version. */
const minVersion = 7;
const longestPauseMs = 2_000;
/** Limit of unanswered bytes: a stalled Redis causes gaps, which nodes repair, instead of a growing queue. */
const maxUnansweredBytes = 1_048_576;

/**
 * A bus over Redis with sharded channels: in a Redis cluster one node handles all ticks of a room. Never throws and
 * never waits: while Redis is down messages are lost, and the log reports the outage once.
 */
export function createRedisBus({ url, log }: { url: string; log: Logger }): Bus {
  const options = {
    retryStrategy: (times: number) => Math.min(100 * times, longestPauseMs),
    maxRetriesPerRequest: 0,
    // A message of a minute ago is of no use to a room.
    enableOfflineQueue: false,
    // This bus resubscribes itself, before the version check below.
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
    if (unansweredBytes + text.length > maxUnansweredBytes) return;
    unansweredBytes += text.length;
    await speaking.spublish(channel, text).catch(() => {});
    unansweredBytes -= text.length;
  }

  async function isRecent() {
    const version = /redis_version:(\d+)\.(\S+)/.exec(await speaking.info('server'));
    if (version === null || Number(version[1]) >= minVersion) return true;
    log.error(
      `Redis is ${version[1]}.${version[2]}, but a cluster needs ${minVersion} or newer; this node runs alone`,
    );
    return false;
  }

  async function cameUp() {
    try {
      if (!(await isRecent())) return;
      if (state === 'away') log.info('Redis is reachable again');
      // Set before the version check, so that channels requested meanwhile are subscribed too.
      state = 'up';
      if (channels.size > 0) await hearing.ssubscribe(...channels);
    } catch {
      return; // the connection is gone again; reconnecting runs this again
    }
    for (const listener of upListeners) listener();
  }

  function wentAway(why: string) {
    if (state === 'away' || state === 'closed') return;
    state = 'away';
    log.warn({ why }, 'Redis is unreachable: this node runs alone until it is back');
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
