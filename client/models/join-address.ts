import { isLoopback } from '../../shared/loopback.ts';

/** The part of the server's welcome about the address for phones. */
export interface JoinOffer {
  origin: string | null;
  originGuessed?: true | undefined;
}

/** Where phones open the room. Before the welcome of a page opened at localhost it is `awaited`. */
export type JoinAddress =
  | { state: 'known' | 'guessed'; origin: string }
  | { state: 'unknown' }
  | { state: 'awaited' };

/** The address for phones: the setting PUBLIC_ORIGIN, else the page's own where others can open it, else the server's guess. */
export function joinAddress(
  offer: JoinOffer | undefined,
  page: { origin: string; hostname: string },
): JoinAddress {
  if (offer !== undefined && offer.origin !== null && !offer.originGuessed)
    return { state: 'known', origin: offer.origin };
  if (!isLoopback(page.hostname)) return { state: 'known', origin: page.origin };
  if (offer === undefined) return { state: 'awaited' };
  return offer.origin === null ? { state: 'unknown' } : { state: 'guessed', origin: offer.origin };
}
