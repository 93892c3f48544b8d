import { encodeWeights, type Weights } from '../../shared/weights.ts';
import { loadServingNet, type ServingNet } from '../model/serving-net.ts';
import { createTimedReader, type Report, type SetName, type Sets } from './report.ts';
import { cachedReadings, type ReportCache, readOnce } from './report-cache.ts';

type ReadingContext = {
  sets: Sets;
  cache: ReportCache; // kept between evaluations
  now: () => number; // milliseconds
};

type ModelReader = ReturnType<typeof createModelReader>;

/** Loads the model for as long as `use` reads with it. Cached readings are not read again. */
export async function withModel<T>(
  weights: Weights,
  context: ReadingContext,
  use: (reader: ModelReader) => Promise<T>,
): Promise<T> {
  const net = await loadServingNet(encodeWeights(weights));
  try {
    return await use(createModelReader({ weights, net }, context));
  } finally {
    net.dispose();
  }
}

/** Reads the sets with a loaded model. */
export function createModelReader(
  { weights, net }: { weights: Weights; net: ServingNet },
  { cache, sets, now }: ReadingContext,
) {
  const reader = createTimedReader(net, now);
  const cached = cachedReadings(cache, weights);
  return {
    read(name: SetName) {
      const read = name === 'beginnings' ? reader.readBeginnings : reader.read;
      return readOnce(cached, { name, digits: sets[name], read });
    },
    async readOodProbes() {
      cached.oodProbes ??= await reader.readOodProbes(sets.oodProbes);
      return cached.oodProbes;
    },
    microsPerImage: reader.microsPerImage,
  };
}

/** The sets whose labels people gave. */
export const readLabelled = async (reader: ModelReader) => ({
  lessons: await reader.read('lessons'),
  strangers: await reader.read('strangers'),
  corrections: await reader.read('corrections'),
});

/** What no label changes: most of the time that a report takes. */
export const readFixed = async (reader: ModelReader) => ({
  mnist: await reader.read('mnist'),
  marked: await reader.read('marked'),
  pens: await reader.read('pens'),
  beginnings: await reader.read('beginnings'),
  oodProbes: await reader.readOodProbes(),
});

export type FixedReadings = Awaited<ReturnType<typeof readFixed>>;

export async function readAll(reader: ModelReader): Promise<Report> {
  const { oodProbes, ...fixed } = await readFixed(reader);
  const readings = { ...fixed, ...(await readLabelled(reader)) };
  return { readings, oodProbes, microsPerImage: reader.microsPerImage() };
}
