import { createHash } from 'node:crypto';
import type { SampleFilter, SampleRow } from '../../db/sample-queries.ts';
import type { Sample } from '../../shared/http-api.ts';
import type { Store } from '../core/store.ts';

/** A page of samples as JSON text, without the parts that depend on the reader. */
interface WrittenPage {
  samples: { author: string | null; text: string }[];
  next: number | null;
}

/** Pages kept: the Labs of a class show a few. */
export const maxCachedPages = 16;

/**
 * Pages of samples, each read and written out once until a sample changes. Where other processes write to the same
 * database nothing is kept.
 */
export function createSamplePages(store: Pick<Store, 'shared' | 'writes' | 'samplePage'>) {
  const kept = new Map<string, Promise<WrittenPage>>();
  let keptWrites = -1;

  async function read(filter: SampleFilter): Promise<WrittenPage> {
    const { samples, next } = await store.samplePage(filter);
    return {
      samples: samples.map(row => ({
        author: row.author,
        text: JSON.stringify(present(row, filter)).slice(1),
      })),
      next,
    };
  }

  return (filter: SampleFilter): Promise<WrittenPage> => {
    if (store.shared) return read(filter);
    if (keptWrites !== store.writes()) kept.clear();
    keptWrites = store.writes();
    const key = JSON.stringify(filter);
    const page = kept.get(key) ?? read(filter);
    kept.delete(key);
    kept.set(key, page);
    page.catch(() => kept.delete(key));
    for (const oldest of kept.keys()) {
      if (kept.size <= maxCachedPages) break;
      kept.delete(oldest);
    }
    return page;
  };
}

/** The page for the requester `asking`. */
export function textOf({ samples, next }: WrittenPage, asking: string | null): string {
  const texts = samples.map(({ author, text }) => `{"mine":${isMine(author, asking)},${text}`);
  return `{"samples":[${texts.join(',')}],"next":${next}}`;
}

export function sampleOf(row: SampleRow, asking: string | null): Sample {
  return { ...present(row, {}), mine: isMine(row.author, asking) };
}

/** A name for lists in which one person's labels stand together. */
const personOf = (author: string) =>
  createHash('sha256').update(`inkling person ${author}`).digest('base64url').slice(0, 8);

const isMine = (author: string | null, asking: string | null) => author !== null && author === asking;

/** Rows of the older application have no room, and hang in the lobby. */
const inRoom = (room: string | null) => (room === null ? '' : `?room=${encodeURIComponent(room)}`);

function present(
  {
    author,
    hasImage,
    at,
    setAside,
    rereadDigit: digit,
    rereadProbabilities: probabilities,
    rereadModel: model,
    ...row
  }: SampleRow,
  filter: Pick<SampleFilter, 'setAside'>,
): Omit<Sample, 'mine'> {
  const isReread = digit !== null && probabilities !== null && model !== null;
  return {
    ...row,
    reread: isReread ? { model, digit, probabilities } : null,
    ...(filter.setAside &&
      setAside &&
      author !== null && { setAside: { ...setAside, person: personOf(author) } }),
    at: at.toISOString(),
    image: row.strokes === null && hasImage ? `/api/samples/${row.id}/image${inRoom(row.room)}` : null,
  };
}
