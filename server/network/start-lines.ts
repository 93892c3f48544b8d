import { guessOrigins, localOrigin, type NetworkParts } from './network-address.ts';

export interface StartParts extends NetworkParts {
  publicOrigin?: string | undefined;
  /** Absent if the operator chose the token: the operator knows it, and a log must not contain it. */
  generatedToken?: string | undefined;
}

const ask = 'set PUBLIC_ORIGIN to the address that people open, such as http://192.168.1.20:8501';

/** The lines printed at the start: the address of the page, and the link that makes its holder an admin. */
export function startLines({ publicOrigin, generatedToken, ...network }: StartParts): string[] {
  const path = `/?admin=${generatedToken ?? 'ADMIN_TOKEN'}`;
  if (publicOrigin !== undefined)
    return [`Inkling reads at ${publicOrigin}`, `Admin: ${publicOrigin}${path}`];
  if (network.contained)
    return [
      `Inkling reads in a container, which does not know its address outside: ${ask}.`,
      `Admin: ${path} after the address at which you open Inkling`,
    ];
  const local = localOrigin(network.listening);
  const [likeliest, ...others] = guessOrigins(network);
  const elsewhere =
    likeliest === undefined
      ? `For phones, ${ask}.`
      : `and probably for everybody else here at ${[likeliest, ...others].join(' or ')}`;
  return [`Inkling reads at ${local}`, elsewhere, `Admin: ${local}${path}`];
}
