import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Ack, Refusal } from '../../shared/ack.ts';
import { topDigit } from '../../shared/distribution.ts';
import type { Explanation, Readings } from '../../shared/http-api.ts';
import { roomSchema, strokesSchema } from '../../shared/protocol.ts';
import { rasterise } from '../../shared/rasterise.ts';
import { refuse, refuseInput } from '../core/refusal.ts';
import { maxBatch } from '../inference/batcher.ts';
import { effectsOf, planTrials } from '../inference/explanation.ts';
import type { Predictor } from '../inference/predictor.ts';
import type { SecondOpinions } from '../inference/second-opinions.ts';
import type { ServedModelTracker } from '../inference/served-model.ts';
import { explanationRequests, readingRequests } from '../rate-limit/rate-limits.ts';
import { createLimiter } from '../rate-limit/token-bucket.ts';
import { replyWith } from './reply.ts';

export interface ExplanationParts {
  predictor: Pick<Predictor, 'predictOnce' | 'isIdle'>;
  registry: Pick<ServedModelTracker, 'use'>;
  now(): number;
  wait(ms: number): Promise<void>;
}

const schema = z.strictObject({
  room: roomSchema.default('lobby'),
  strokes: strokesSchema.min(1, 'nothing is drawn'),
});
const pollMs = 5; // a batch takes one to two
const patienceMs = 3_000; // after that the author has drawn on
const maxAtOnce = 4;

const busy = () => refuse('overloaded', 'Everybody is drawing just now; ask again in a moment.');

/**
 * `POST /api/why`: predicts the drawing 64 times with parts missing, in batches that run only while no drawing waits.
 */
export function serveExplanation(app: FastifyInstance, { predictor, registry, now, wait }: ExplanationParts) {
  const limiter = createLimiter(explanationRequests, now);
  let running = 0;

  async function explain(raster: Uint8Array, room: string): Promise<Explanation | Refusal> {
    const began = now();
    // Of a room in which nobody is connected to this node, too.
    await registry.use(room);
    const study = planTrials(raster);
    const whole = await predictor.predictOnce(raster, room);
    const digit = topDigit(whole.probabilities);
    const readings: number[] = [];
    for (let from = 0; from < study.trials.length; from += maxBatch) {
      while (!predictor.isIdle()) {
        if (now() - began > patienceMs) return busy();
        await wait(pollMs);
      }
      const some = study.trials
        .slice(from, from + maxBatch)
        .map(trial => predictor.predictOnce(trial.raster, room));
      for (const { model, probabilities } of await Promise.all(some)) {
        if (model !== whole.model) return refuse('unavailable', 'The model has just changed; ask again.');
        readings.push(probabilities[digit]);
      }
    }
    const { model, probabilities } = whole;
    return {
      model,
      digit,
      probability: probabilities[digit],
      effects: effectsOf(study, readings),
    };
  }

  app.post('/api/why', (request, reply) =>
    replyWith(reply, async (): Promise<Ack<Explanation>> => {
      const retryAfterMs = limiter.take(request.ip);
      if (retryAfterMs > 0)
        return { ...refuse('rate_limited', 'One question after the other, please.'), retryAfterMs };
      const asked = schema.safeParse(request.body);
      if (!asked.success) return refuseInput(asked.error);
      if (running >= maxAtOnce) return busy();
      running++;
      try {
        const value = await explain(rasterise(asked.data.strokes), asked.data.room);
        return 'ok' in value ? value : { ok: true, value };
      } finally {
        running--;
      }
    }),
  );
}

export interface ReadingsParts {
  predictor: Pick<Predictor, 'predictOnce'>;
  opinions: Pick<SecondOpinions, 'read'>;
  registry: Pick<ServedModelTracker, 'use'>;
  now(): number;
}

/** Points of the ink: a digit has a hundred. */
const maxPoints = 1_000;

const inkSchema = z.strictObject({
  room: roomSchema.default('lobby'),
  strokes: strokesSchema
    .min(1, 'nothing is drawn')
    .refine(strokes => strokes.reduce((sum, { length }) => sum + length / 2, 0) <= maxPoints, 'too much ink'),
});

/** `POST /api/readings`: predicts ink that is neither shown to anybody nor stored. */
export function serveReadings(app: FastifyInstance, { predictor, opinions, registry, now }: ReadingsParts) {
  const limiter = createLimiter(readingRequests, now);
  app.post('/api/readings', (request, reply) =>
    replyWith(reply, async (): Promise<Ack<Readings>> => {
      const retryAfterMs = limiter.take(request.ip);
      if (retryAfterMs > 0)
        return { ...refuse('rate_limited', 'One drawing after the other, please.'), retryAfterMs };
      const asked = inkSchema.safeParse(request.body);
      if (!asked.success) return refuseInput(asked.error);
      const { room, strokes } = asked.data;
      await registry.use(room);
      const raster = rasterise(strokes);
      const [prediction, plain] = await Promise.all([
        predictor.predictOnce(raster, room),
        opinions.read(raster),
      ]);
      return { ok: true, value: { ...prediction, plain } };
    }),
  );
}
