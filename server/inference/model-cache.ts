import type { StoredModel } from '../../db/models.ts';

/** Versions kept in memory: a version has 0.3 MB. */
export const maxCached = 32;

/** The immutable part of a version. */
export type CachedModel = Pick<StoredModel, 'version' | 'card'> & { weights: Uint8Array; room?: string };

export type ModelCache = ReturnType<typeof createModelCache>;

/** Versions, the last ones asked for from memory: the embedded database stops everybody while it hands one out. */
export function createModelCache(load: (version: string) => Promise<CachedModel | null>) {
  /** The one asked for last is the last one. */
  const cached = new Map<string, Promise<CachedModel | null>>();

  function keep(version: string, model: Promise<CachedModel | null>) {
    cached.delete(version);
    cached.set(version, model);
    for (const oldest of cached.keys()) {
      if (cached.size <= maxCached) break;
      cached.delete(oldest);
    }
  }

  return {
    keep: (model: CachedModel) => keep(model.version, Promise.resolve(model)),
    async load(version: string): Promise<CachedModel | null> {
      const loading = cached.get(version) ?? load(version);
      keep(version, loading);
      const forget = () => {
        if (cached.get(version) === loading) cached.delete(version);
      };
      try {
        const model = await loading;
        // A version that is not there may come.
        if (model === null) forget();
        return model;
      } catch (error) {
        forget();
        throw error;
      }
    },
  };
}
