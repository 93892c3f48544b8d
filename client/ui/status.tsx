import { pathOf } from '../browser/router.ts';
import { texts } from '../language/language.ts';
import { elsewhereCaption, linkCaption } from '../models/captions.ts';
import type { Page } from '../models/page-model.ts';

/** The state of the connection, and the number of people in the room. */
export function Status({ page }: { page: Page }) {
  const link = page.connection.link.value;
  const here = page.room.people.value.size;
  return (
    <p class="status" data-link={link.state}>
      <span class="status-dot" aria-hidden="true" />
      <span aria-live="polite">{linkCaption(link, page.outbox.waiting.value)}</span>
      {link.state === 'live' && <span class="status-people">{texts.value.link.people(here)}</span>}
    </p>
  );
}

/** Links to other rooms with labels or drawings in the outbox. */
export function Elsewhere({ page }: { page: Page }) {
  return (
    <>
      {Array.from(page.outbox.elsewhere.value, ([room, waiting]) => (
        <a key={room} class="tool" href={pathOf({ place: 'draw', room })}>
          {elsewhereCaption(room, waiting)}
        </a>
      ))}
    </>
  );
}
