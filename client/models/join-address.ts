import { isLoopback } from '../../shared/loopback.ts';

/** The fields of the server's welcome about the address for phones. */
export interface JoinOffer {
  origin: string | null;
  originGuessed?: true | undefined;
}

/** The address at which phones open the room. `awaited`: opened at localhost, and no welcome yet. */
export type JoinAddress =
  | { state: 'known' | 'guessed'; origin: string }
  | { state: 'unknown' }
  | { state: 'awaited' };

/** In order: the setting PUBLIC_ORIGIN, the page's own address unless it is a loopback, the server's guess. */
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
