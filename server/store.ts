import { listSamples, type SampleFilter, type SampleRow, sampleImage } from '../db/gallery.ts';
import type { Database } from '../db/open.ts';
import { type LabelRow, type PredictionRow, recordLabel, recordPredictions, relabel } from '../db/samples.ts';
import type { Label } from '../shared/protocol.ts';

export type Stored = { sample: number } | 'not_yours' | 'unknown';

/** The database as the application uses it. Every verb but `answering` rejects with DatabaseUnavailable while it is away. */
export interface Store {
  recordPredictions(rows: readonly PredictionRow[]): Promise<void>;
  recordLabel(row: LabelRow): Promise<Stored>;
  relabel(label: Label & { author: string; at: Date }): Promise<Stored>;
  list(filter: SampleFilter): Promise<readonly SampleRow[]>;
  image(id: number): Promise<Uint8Array | null>;
  answering(): Promise<boolean>;
}

export function createStore(database: Database): Store {
  return {
    recordPredictions: rows => recordPredictions(database, rows),
    recordLabel: row => recordLabel(database, row),
    relabel: label => relabel(database, label),
    list: filter => listSamples(database, filter),
    image: id => sampleImage(database, id),
    answering: () => database.answering(),
  };
}
