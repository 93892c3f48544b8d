import { render } from 'preact';
import { cleanName } from '../shared/name.ts';
import { App } from './app.tsx';
import { createRouter } from './browser/router.ts';
import { openStore } from './browser/storage.ts';
import { openChannel } from './browser/tabs.ts';
import { createTheme } from './browser/theme.ts';
import { createToasts } from './browser/toasts.ts';
import { randomUuid } from './browser/uuid.ts';
import { startLanguage } from './language/language.ts';
import { createPage } from './models/page-model.ts';
import { createApi } from './net/api.ts';
import { connect } from './net/connection.ts';

const wait = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));
const router = createRouter();
const { room } = router.route.value;
const settings = openStore(() => localStorage, 'inkling.');
const tabStore = openStore(() => sessionStorage, `inkling.${room}.`);
const visitStore = openStore(() => sessionStorage, 'inkling.');
function storedName(): string {
  const name = settings.read('name');
  return typeof name === 'string' ? cleanName(name) : '';
}
const storedSession = tabStore.read('session');

const languageShown = startLanguage({
  store: settings,
  visitStore,
  query: location.search,
  tags: navigator.languages,
  show(code, direction) {
    document.documentElement.lang = code;
    document.documentElement.dir = direction;
  },
});

const [navigation] = performance.getEntriesByType('navigation');
const connection = connect({
  room,
  name: storedName,
  session: {
    read: () => (typeof storedSession === 'string' ? storedSession : undefined),
    write: session => tabStore.write('session', session),
    async renew() {
      tabStore.remove('session');
      await fetch(location.pathname).catch(() => undefined);
    },
  },
  roundTripMs:
    navigation instanceof PerformanceNavigationTiming
      ? navigation.responseStart - navigation.requestStart
      : 0,
  polling: {
    read: () => visitStore.read('polling') === true,
    write: polling => visitStore.write('polling', polling),
  },
});

const page = createPage({
  connection,
  api: createApi((path, init) => fetch(path, init), room),
  router,
  theme: createTheme(settings),
  toasts: createToasts(wait),
  tabStore,
  labelStore: openStore(() => localStorage, 'inkling.label.'),
  watchLabels(changed) {
    addEventListener('storage', changed);
    return () => removeEventListener('storage', changed);
  },
  channel: openChannel('inkling'),
  openedAt: performance.timeOrigin,
  schedule: run => requestAnimationFrame(run),
  wait,
  random: Math.random,
  makeId: randomUuid,
});

addEventListener('pagehide', page.save);

const name = {
  stored: storedName(),
  change(next: string) {
    settings.write('name', next);
    connection.rename();
  },
};
const root = document.getElementById('page');
void languageShown.then(() => {
  if (root === null) return;
  root.replaceChildren(); // what index.html shows until now: Preact would keep a part of it
  render(<App page={page} name={name} />, root);
});
