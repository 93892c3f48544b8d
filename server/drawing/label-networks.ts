import { createHmac } from 'node:crypto';
import type { Logger } from 'pino';
import { DatabaseUnavailable } from '../../db/connection/database-errors.ts';
import type { Store } from '../core/store.ts';
import { networkOf } from '../rate-limit/network.ts';

export interface LabelNetworksParts {
  store: Pick<Store, 'recordNetwork'>;
  /** Key of the hashes; only hashes of addresses are stored. */
  key: string;
  log: Logger;
}

/** Sessions whose network is already stored; forgetting the oldest one costs one extra statement. */
const maxKnown = 5_000;
/** Characters of base64: 96 bits make collisions of networks improbable. */
const hashLength = 16;

export type LabelNetworks = ReturnType<typeof createLabelNetworks>;

/** Stores the network from which a session labels. */
export function createLabelNetworks({ store, key, log }: LabelNetworksParts) {
  const known = new Set<string>();

  return {
    labels(session: string, address: string) {
      if (known.has(session)) return;
      known.add(session);
      for (const oldest of known) {
        if (known.size <= maxKnown) break;
        known.delete(oldest);
      }
      const network = createHmac('sha256', key).update(networkOf(address)).digest('base64url');
      store
        .recordNetwork({ author: session, network: network.slice(0, hashLength) })
        .catch((error: unknown) => {
          known.delete(session);
          if (!(error instanceof DatabaseUnavailable))
            log.error({ err: error }, 'the network of a session could not be stored');
        });
    },
    /** The network of the session is stored again when it labels again. */
    forget: (session: string) => void known.delete(session),
  };
}
