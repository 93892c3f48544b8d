import { type ReadonlySignal, signal } from '@preact/signals';

const places = ['draw', 'wall', 'lab', 'privacy'] as const;

export interface Route {
  place: (typeof places)[number];
  room: string;
}

export const lobby = 'lobby';

export function parseRoute(path: string): Route {
  const parts = path.split('/').filter(part => part !== '');
  const last = parts.length === 2 ? undefined : parts.at(-1);
  const place = places.find(name => name === last) ?? 'draw';
  return { place, room: parts[0] === 'r' && parts[1] !== undefined ? parts[1] : lobby };
}

export function pathOf({ place, room }: Route): string {
  const base = room === lobby ? '' : `/r/${room}`;
  return place === 'draw' ? base || '/' : `${base}/${place}`;
}

export interface Router {
  readonly route: ReadonlySignal<Route>;
  /** Shows another place of the same room; another room needs a page load. */
  go(place: Route['place']): void;
  stop(): void;
}

export function createRouter(): Router {
  const route = signal(parseRoute(location.pathname));
  const read = () => {
    route.value = parseRoute(location.pathname);
  };
  addEventListener('popstate', read);
  return {
    route,
    go(place) {
      history.pushState(null, '', pathOf({ ...route.value, place }));
      read();
      scrollTo(0, 0);
    },
    stop: () => removeEventListener('popstate', read),
  };
}
