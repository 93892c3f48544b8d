import { defer } from '../defer.tsx';
import type { Page } from '../page.ts';
import { Desk } from './desk.tsx';
import { Header, type NameField } from './header.tsx';
import { Neighbours } from './neighbours.tsx';
import { Recent } from './recent.tsx';
import { Toasts } from './toasts.tsx';

const Wall = defer<{ page: Page }>(() => import('./wall.tsx').then(module => module.Wall));

export function App({ page, name }: { page: Page; name: NameField }) {
  const { place } = page.router.route.value;
  return (
    <>
      {place === 'wall' ? (
        <Wall page={page} />
      ) : (
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
      )}
      <Toasts notices={page.notices} />
    </>
  );
}
