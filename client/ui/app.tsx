import { defer } from '../defer.tsx';
import type { Page } from '../page.ts';
import { Desk } from './desk.tsx';
import { Header, type NameField } from './header.tsx';
import { Neighbours } from './neighbours.tsx';
import { News } from './news.tsx';
import { Recent } from './recent.tsx';
import { Toasts } from './toasts.tsx';

const Wall = defer<{ page: Page }>(() => import('./wall.tsx').then(module => module.Wall));
const Lab = defer<{ page: Page }>(() => import('../lab/lab.tsx').then(module => module.Lab));

interface AppProps {
  page: Page;
  name: NameField;
}

export function App({ page, name }: AppProps) {
  return (
    <>
      <Place page={page} name={name} />
      <News page={page} />
      <Toasts notices={page.notices} />
    </>
  );
}

function Place({ page, name }: AppProps) {
  const { place } = page.router.route.value;
  switch (place) {
    case 'wall':
      return <Wall page={page} />;
    case 'lab':
      return <Lab page={page} />;
    case 'draw':
      return (
        <div class="page">
          <Header page={page} />
          <main class="places">
            <Desk page={page} />
            <aside class="beside">
              <Neighbours page={page} name={name} />
              <Recent recent={page.recent} look={page.theme.look} />
            </aside>
          </main>
        </div>
      );
    default:
      return place satisfies never;
  }
}
