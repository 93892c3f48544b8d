import { lobby } from './browser/router.ts';
import { Desk } from './draw/desk.tsx';
import type { NeighboursProps } from './draw/neighbours.tsx';
import { News } from './lesson/news.tsx';
import type { Page } from './models/page-model.ts';
import { Opening } from './opening.tsx';
import { Foot } from './ui/foot.tsx';
import { Header, type NameField } from './ui/header.tsx';
import { defer } from './ui/lazy.tsx';
import type { RecentProps } from './ui/recent.tsx';
import { isRoomOpen } from './ui/room-button.tsx';
import { Elsewhere } from './ui/status.tsx';
import { ToastList } from './ui/toasts.tsx';

const Neighbours = defer<NeighboursProps>(() =>
  import('./draw/neighbours.tsx').then(module => module.Neighbours),
);
const Recent = defer<RecentProps>(() => import('./ui/recent.tsx').then(module => module.Recent));
const Wall = defer<{ page: Page }>(() => import('./wall/wall.tsx').then(module => module.Wall), Opening);
const Privacy = defer<{ page: Page }>(() => import('./privacy.tsx').then(module => module.Privacy), Opening);
const RoomPanel = defer<{ page: Page; close: () => void }>(() =>
  import('./room/room-panel.tsx').then(module => module.RoomPanel),
);
const Doorway = defer<{ page: Page }>(() => import('./room/doorway.tsx').then(module => module.Doorway));
const Lab = defer<{ page: Page }>(() => import('./lab/lab.tsx').then(module => module.Lab), Opening);

const closeRoom = () => {
  isRoomOpen.value = false;
};

interface AppProps {
  page: Page;
  name: NameField;
}

export function App({ page, name }: AppProps) {
  return (
    <>
      <Place page={page} name={name} />
      {isRoomOpen.value && <RoomPanel page={page} close={closeRoom} />}
      <News page={page} />
      <ToastList toasts={page.toasts} />
    </>
  );
}

/** The server has answered once: parts that show nothing before load their code now, after what the hand needs. */
const isWelcome = ({ room }: Page): boolean => room.model.value !== undefined;

/** The server has no open lobby. */
function isTurnedAway({ connection, router }: Page): boolean {
  const [link, { place, room }] = [connection.link.value, router.route.value];
  return link.state === 'refused' && link.reason === 'forbidden' && room === lobby && place !== 'privacy';
}

function Place({ page, name }: AppProps) {
  const { place } = page.router.route.value;
  if (isTurnedAway(page)) return <Doorway page={page} />;
  switch (place) {
    case 'wall':
      return <Wall page={page} />;
    case 'lab':
      return <Lab page={page} />;
    case 'privacy':
      return <Privacy page={page} />;
    case 'draw':
      return (
        <div class="page page-draw">
          <Header page={page} />
          <main class="places">
            <Desk page={page} />
            <aside class="beside">
              <Elsewhere page={page} />
              {isWelcome(page) && (
                <>
                  <Neighbours page={page} name={name} />
                  <Recent recent={page.recent} scheme={page.theme.scheme} />
                </>
              )}
            </aside>
          </main>
          <Foot page={page} />
        </div>
      );
    default:
      return place satisfies never;
  }
}
