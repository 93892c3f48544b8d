import { roomTexts } from '../language/room-texts.ts';
import type { Page } from '../models/page-model.ts';

/** Opens the share sheet of the device, or copies the link where there is none. */
export function ShareButton({ page, url, label }: { page: Page; url: string; label: string }) {
  async function share() {
    if (typeof navigator.share === 'function') {
      // A person who closes the share sheet has changed their mind.
      await navigator.share({ title: 'Inkling', url }).catch(() => undefined);
      return;
    }
    const copied = await navigator.clipboard?.writeText(url).then(
      () => true,
      () => false,
    );
    page.toasts.notify(copied ? roomTexts.value.panel.copied : url);
  }
  return (
    <button type="button" class="button" onClick={() => void share()}>
      {label}
    </button>
  );
}
