import type { BrowserContext } from '@playwright/test';

/** Collects the origins that pages and workers of the context ask from now on, sockets included. */
export function watchOrigins(context: BrowserContext): ReadonlySet<string> {
  const origins = new Set<string>();
  const note = (address: string) => {
    // Scripts and pictures of the page itself.
    if (!address.startsWith('data:')) origins.add(new URL(address).origin.replace(/^ws/, 'http'));
  };
  context.on('request', request => note(request.url()));
  context.on('page', page => page.on('websocket', socket => note(socket.url())));
  for (const page of context.pages()) page.on('websocket', socket => note(socket.url()));
  return origins;
}
