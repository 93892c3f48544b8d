import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../core/metrics.ts';
import type { Store } from '../core/store.ts';
import type { InferencePool } from '../inference/inference-pool.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';

export interface HealthParts {
  store: Pick<Store, 'trouble'>;
  inference: Pick<InferencePool, 'ready'>;
  registry: Pick<ServedModelTracker, 'isFresh'>;
  metrics: Pick<Metrics, 'registry'>;
}

/** `/healthz`, `/readyz` with what the server lacks to serve, and `/metrics`. */
export function serveHealth(app: FastifyInstance, { store, inference, registry, metrics }: HealthParts) {
  app.get('/healthz', () => ({ ok: true }));

  app.get('/readyz', async (_request, reply) => {
    const trouble = await store.trouble();
    // During a database outage the server serves the last known champion.
    const serves = inference.ready() && (registry.isFresh() || trouble !== null);
    if (serves && trouble === null) return { ok: true };
    const missing = [...(serves ? [] : ['model']), ...(trouble === null ? [] : ['database'])];
    return reply.code(503).send({ ok: false, missing, reason: trouble?.reason });
  });

  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
