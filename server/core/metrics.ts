import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The metrics of `/metrics` for Prometheus. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    /** Registers a gauge that is read on request. */
    gauge(name: string, help: string, read: () => number) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read());
        },
      });
    },
    received: new Counter({
      name: 'inkling_events_received_total',
      help: 'Events from clients, by event.',
      labelNames: ['event'],
      registers,
    }),
    refused: new Counter({
      name: 'inkling_events_refused_total',
      help: 'Events, connections and requests refused, by kind and reason.',
      labelNames: ['event', 'reason'],
      registers,
    }),
    predicted: new Counter({
      name: 'inkling_predictions_total',
      help: 'Predictions delivered.',
      registers,
    }),
    batchSize: new Histogram({
      name: 'inkling_batch_size',
      help: 'Drawings predicted together in one batch.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
      registers,
    }),
    coalesced: new Counter({
      name: 'inkling_updates_coalesced_total',
      help: 'Changes of drawings that were predicted together with a later one.',
      registers,
    }),
    shedFrames: new Counter({
      name: 'inkling_frames_shed_total',
      help: 'Frames skipped for clients that were behind; a snapshot replaces them.',
      registers,
    }),
    stages: new Histogram({
      name: 'inkling_stage_seconds',
      help: 'Duration of each stage of a batch: queue (its longest wait), raster, compute (the engine), answer (raster, compute and the transfer both ways), deliver.',
      labelNames: ['stage'],
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5],
      registers,
    }),
    labels: new Counter({
      name: 'inkling_labels_total',
      help: 'Labels stored.',
      registers,
    }),
    unlogged: new Counter({
      name: 'inkling_predictions_unlogged_total',
      help: 'Finished drawings dropped: the database outage lasted too long, or a storage limit was reached.',
      registers,
    }),
    slowReaders: new Counter({
      name: 'inkling_slow_readers_total',
      help: 'Clients that fell behind, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
