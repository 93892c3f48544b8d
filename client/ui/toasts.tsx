import type { Notices } from '../browser/toasts.ts';

export function Toasts({ notices }: { notices: Notices }) {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {notices.shown.value.map(notice => (
        <p key={notice.id} class="toast">
          {notice.text}
        </p>
      ))}
    </div>
  );
}
