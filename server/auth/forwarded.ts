import type { IncomingMessage } from 'node:http';

/** The request as the browser sent it, as trusted proxies report it; the outermost proxy's report first. */
export interface Forwarded {
  /** Host names, each with its port where the proxy names one. */
  hosts: string[];
  ports: string[];
  protocols: string[];
}

/**
 * Reads X-Forwarded-Host, -Port and -Proto, and `Forwarded` of RFC 7239. A proxy appends its entry or replaces the list,
 * so the last `trustProxy` entries come from trusted proxies; the visitor may have written those before them.
 */
export function forwardedOf({ headers }: Pick<IncomingMessage, 'headers'>, trustProxy: number): Forwarded {
  if (trustProxy === 0) return { hosts: [], ports: [], protocols: [] };
  const entriesOf = (name: string) => {
    // Node joins repeated headers with a comma.
    const entries = [headers[name] ?? []].flat().join(',').split(',');
    return entries
      .map(entry => entry.trim())
      .filter(entry => entry !== '')
      .slice(-trustProxy);
  };
  const standard = entriesOf('forwarded');
  const pairsOf = (name: string) =>
    standard.flatMap(entry => new RegExp(`(?:^|;)\\s*${name}="?([^";]+)"?`, 'i').exec(entry)?.[1] ?? []);
  return {
    hosts: [...entriesOf('x-forwarded-host'), ...pairsOf('host')],
    ports: entriesOf('x-forwarded-port'),
    protocols: [...entriesOf('x-forwarded-proto'), ...pairsOf('proto')].map(name => name.toLowerCase()),
  };
}
