/** Versions kept in memory: a version has 0.3 MB, and never changes. */
export const mostCached = 32;

/** The weights of versions, the last ones asked for from memory. */
export function createWeightsCache(load: (version: string) => Promise<{ weights: Uint8Array } | null>) {
  /** The one asked for last is the last one. */
  const cached = new Map<string, Promise<Buffer | null>>();

  return async (version: string): Promise<Buffer | null> => {
    const loading = cached.get(version) ?? load(version).then(model => model && Buffer.from(model.weights));
    cached.delete(version);
    cached.set(version, loading);
    for (const oldest of cached.keys()) {
      if (cached.size <= mostCached) break;
      cached.delete(oldest);
    }
    const forget = () => {
      if (cached.get(version) === loading) cached.delete(version);
    };
    try {
      const weights = await loading;
      // A version that is not there may come.
      if (weights === null) forget();
      return weights;
    } catch (error) {
      forget();
      throw error;
    }
  };
}
