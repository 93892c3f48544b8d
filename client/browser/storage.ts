/**
 * JSON values under one prefix of a Storage, which may be blocked, full or edited by hand: an unreadable value is
 * undefined, and a value that cannot be written stays in memory until the page closes.
 */
export interface KeyValueStore {
  keys(): string[];
  read(key: string): unknown;
  write(key: string, value: unknown): void;
  remove(key: string): void;
}

export function openStore(open: () => Storage, prefix: string): KeyValueStore {
  const memory = new Map<string, string>();
  const storage = attempt(open);
  return {
    keys() {
      const stored = storage ? Object.keys(storage).filter(key => key.startsWith(prefix)) : [];
      return [...new Set([...stored.map(key => key.slice(prefix.length)), ...memory.keys()])];
    },
    read(key) {
      const text = memory.get(key) ?? attempt(() => storage?.getItem(prefix + key)) ?? undefined;
      return text === undefined ? undefined : attempt((): unknown => JSON.parse(text));
    },
    write(key, value) {
      const text = JSON.stringify(value);
      const stored = attempt(() => {
        storage?.setItem(prefix + key, text);
        return storage !== undefined;
      });
      if (stored) memory.delete(key);
      else memory.set(key, text);
    },
    remove(key) {
      memory.delete(key);
      attempt(() => storage?.removeItem(prefix + key));
    },
  };
}

// The only place that swallows errors: a browser reports "blocked" and "full" by throwing.
function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** `value` if it is a list of strokes, else undefined. */
export function strokesIn(value: unknown): number[][] | undefined {
  const isStroke = (stroke: unknown): stroke is number[] =>
    Array.isArray(stroke) && stroke.length % 2 === 0 && stroke.every(Number.isInteger);
  return Array.isArray(value) && value.every(isStroke) ? value : undefined;
}
