import { texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';
import { Brand } from './brand.tsx';
import { PlaceLink } from './place-link.tsx';
import { RoomButton } from './room-button.tsx';
import { Elsewhere, Status } from './status.tsx';
import { Tagline } from './tagline.tsx';

export interface NameField {
  /** The name of the last visit. */
  stored: string;
  change(name: string): void;
}

export function Header({ page }: { page: Page }) {
  const { router, theme } = page;
  const { place } = router.route.value;
  return (
    <header class="top">
      <Brand page={page} />
      <Tagline page={page} />
      <Status page={page} />
      <nav class="tools">
        {place === 'draw' ? <PlaceLink page={page} place="lab" /> : <PlaceLink page={page} place="draw" />}
        <PlaceLink page={page} place="wall" />
        <RoomButton page={page} />
        <SchemeButton night={theme.scheme.value === 'night'} toggle={theme.toggle} />
      </nav>
      {place !== 'draw' && <Elsewhere page={page} />}
    </header>
  );
}

export function SchemeButton({ night, toggle }: { night: boolean; toggle: () => void }) {
  const label = texts.value.look[night ? 'day' : 'night'];
  return (
    <button type="button" class="tool look" onClick={toggle} aria-label={label} title={label}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        {night ? (
          <path d="M12 7a5 5 0 1 1 0 10 5 5 0 0 1 0-10zM12 1.5v2.6M12 19.9v2.6M1.5 12h2.6M19.9 12h2.6M4.6 4.6l1.8 1.8M17.6 17.6l1.8 1.8M4.6 19.4l1.8-1.8M17.6 6.4l1.8-1.8" />
        ) : (
          <path d="M20 14.2A8.3 8.3 0 0 1 9.8 4 8.3 8.3 0 1 0 20 14.2z" />
        )}
      </svg>
    </button>
  );
}
