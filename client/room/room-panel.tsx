import { useEffect, useRef } from 'preact/hooks';
import { lobby, pathOf } from '../browser/router.ts';
import { texts } from '../language/language.ts';
import { roomTexts } from '../language/room-texts.ts';
import { joinAddress } from '../models/join-address.ts';
import type { Page } from '../models/page-model.ts';
import { Join } from '../ui/join.tsx';
import { HostSection } from './host-section.tsx';
import { MakeRoom } from './make-room.tsx';
import { ShareButton } from './share-button.tsx';

/** How often a host who has the dialog open sees what waits. */
const viewMs = 2_000;

/** The room as a dialog: how others join, how another one is made, and what its host decides. */
export function RoomPanel({ page, close }: { page: Page; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { host, settings } = page.hosting.news.value;
  // Not modal: notices, with their undo, stay within reach above it.
  useEffect(() => {
    const shown = dialog.current;
    shown?.show();
    // The pad's keys are not meant here.
    const onKey = (event: KeyboardEvent) => {
      event.stopPropagation();
      if (event.key === 'Escape') shown?.close();
    };
    shown?.addEventListener('keydown', onKey);
    return () => shown?.removeEventListener('keydown', onKey);
  }, []);
  useEffect(() => {
    if (!host) return;
    const refresh = () => void page.hosting.act({ does: 'view' });
    refresh();
    const timer = setInterval(refresh, viewMs);
    return () => clearInterval(timer);
  }, [host, page]);
  const name = page.room.name.value;
  return (
    <dialog ref={dialog} class="room-panel" aria-labelledby="room-panel-title" onClose={close}>
      <div class="section-head">
        <h2 id="room-panel-title">
          {name === lobby ? roomTexts.value.panel.lobby : roomTexts.value.wall.room(settings.title || name)}
        </h2>
        <button type="button" class="tool" onClick={() => dialog.current?.close()}>
          {texts.value.close}
        </button>
      </div>
      <Invite page={page} />
      {host && <HostSection page={page} />}
      <MakeRoom page={page} />
    </dialog>
  );
}

function Invite({ page }: { page: Page }) {
  const text = roomTexts.value.panel;
  const path = pathOf({ ...page.router.route.value, place: 'draw' });
  const address = joinAddress(page.room.joinOffer.value, location);
  const url = new URL(path, 'origin' in address ? address.origin : location.origin).href;
  return (
    <section class="room-part">
      <p>{text.invite}</p>
      <Join path={path} address={address} />
      <ShareButton page={page} url={url} label={text.share} />
    </section>
  );
}
