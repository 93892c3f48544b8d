import type { Toasts } from '../browser/toasts.ts';

export function ToastList({ toasts }: { toasts: Toasts }) {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.shown.value.map(toast => (
        <p key={toast.id} class="toast">
          {toast.text}
          {toast.action !== undefined && (
            <button type="button" class="tool toast-action" onClick={toast.action.run}>
              {toast.action.label}
            </button>
          )}
        </p>
      ))}
    </div>
  );
}
