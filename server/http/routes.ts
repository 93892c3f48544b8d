import type { FastifyInstance } from 'fastify';
import { createRequesters } from '../auth/requester.ts';
import type { Sessions } from '../auth/session.ts';
import type { Store } from '../core/store.ts';
import { type AdminRoutesParts, serveAdmin } from './admin-routes.ts';
import { createBigReads, sharedAtOnce } from './big-reads.ts';
import { guardClosedRooms } from './closed-rooms.ts';
import {
  type ExplanationParts,
  type ReadingsParts,
  serveExplanation,
  serveReadings,
} from './explanation-route.ts';
import { serveExport } from './export-routes.ts';
import { type HealthParts, serveHealth } from './health-routes.ts';
import { type ModelsParts, serveModels } from './model-routes.ts';
import { servePages } from './page-routes.ts';
import { type PrivacyParts, servePrivacy } from './privacy-routes.ts';
import { createIsHostOf, createMayTeach, type RoomRoutesParts, serveRooms } from './room-routes.ts';
import { type SamplesParts, serveSamples } from './sample-routes.ts';
import { serveTraining, type TrainingParts } from './training-routes.ts';
import { serveUploads, type UploadsParts } from './upload-route.ts';

type Made = 'store' | 'requesterOf' | 'isHostOf' | 'mayTeach' | 'bigReads';

/** Parts of all routes; each file of routes names its own share. */
export interface RoutesParts
  extends AdminRoutesParts,
    Omit<HealthParts, 'store'>,
    Omit<SamplesParts, Made | 'registry' | 'cluster'>,
    Omit<TrainingParts, Made | 'jobs'>,
    Omit<ModelsParts, Made | 'registry'>,
    Omit<RoomRoutesParts, Made>,
    Omit<PrivacyParts, Made | 'cluster'>,
    Omit<ReadingsParts, 'predictor' | 'registry'>,
    Omit<ExplanationParts, 'predictor' | 'registry'> {
  store: Store;
  cluster: SamplesParts['cluster'] & PrivacyParts['cluster'];
  sessions: Sessions;
  registry: HealthParts['registry'] & ModelsParts['registry'] & SamplesParts['registry'];
  predictor: SamplesParts['predictor'] & ExplanationParts['predictor'];
  jobs: TrainingParts['jobs'] & UploadsParts['jobs'];
  isLobbyOpen?: boolean | undefined;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

export function serveRoutes(app: FastifyInstance, parts: RoutesParts) {
  const { store, sessions, adminToken, now, after } = parts;
  const requesterOf = createRequesters(sessions, adminToken);
  const isHostOf = createIsHostOf({ ...parts, requesterOf });
  const mayTeach = createMayTeach(parts.hosts, isHostOf);
  const bigReads = createBigReads({
    now,
    busyMs: () => performance.eventLoopUtilization().active,
    after,
    // The embedded database answers one after the other, and would answer all at once before anybody else.
    atOnce: store.shared ? sharedAtOnce : 1,
  });
  guardClosedRooms(app, { ...parts, requesterOf, isHostOf });
  serveHealth(app, parts);
  serveAdmin(app, parts);
  serveRooms(app, { ...parts, requesterOf });
  serveSamples(app, { ...parts, requesterOf, isHostOf, bigReads });
  serveTraining(app, { ...parts, requesterOf, mayTeach, isHostOf, bigReads });
  serveModels(app, { ...parts, requesterOf, isHostOf, bigReads });
  serveUploads(app, { ...parts, requesterOf, mayTeach });
  serveExport(app, { store, requesterOf, bigReads });
  servePrivacy(app, { ...parts, requesterOf, bigReads });
  serveExplanation(app, parts);
  serveReadings(app, parts);
  servePages(app, parts);
}
