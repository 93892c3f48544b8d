/** The server cannot listen; the message has the reason and the remedy. */
export class ListenError extends Error {
  override name = 'ListenError';
}

export interface ListenAt {
  port: number;
  /** Absent: all addresses of the machine. */
  host?: string | undefined;
}

/**
 * Listens by `listen` on HOST, or else on all addresses, IPv6 included where the system has it. Rejects with
 * ListenError if a setting or the system is the cause.
 */
export async function listenOn(
  { port, host }: ListenAt,
  listen: (at: { port: number; host: string }) => Promise<void>,
): Promise<void> {
  try {
    if (host !== undefined) return await listen({ port, host });
    await listen({ port, host: '::' }).catch(error => {
      if (!['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(codeOf(error))) throw error;
      return listen({ port, host: '0.0.0.0' });
    });
  } catch (error) {
    const sentence = sentences[codeOf(error)];
    throw sentence === undefined ? error : new ListenError(sentence({ port, host }), { cause: error });
  }
}

const noAddress = ({ host }: ListenAt) => `HOST is ${host}, which is no address of this machine.`;

/** Messages by the system's error code. */
const sentences: Record<string, (at: ListenAt) => string> = {
  EADDRINUSE: ({ port }) =>
    `The port ${port} is in use: is Inkling running already? Set PORT to another one.`,
  EACCES: ({ port }) =>
    `The system does not let this user listen on port ${port}: set PORT to one above 1023, with a proxy in front for 80 and 443 (deploy/README.md).`,
  EADDRNOTAVAIL: noAddress,
  ENOTFOUND: noAddress,
  EAI_AGAIN: noAddress,
  EAFNOSUPPORT: ({ host }) => `HOST is ${host}, a kind of address that this machine does not have.`,
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
