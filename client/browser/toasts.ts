import { type ReadonlySignal, signal } from '@preact/signals';

export interface Toast {
  id: number;
  text: string;
  action?: ToastAction | undefined;
}

/** An action for the person while the toast is shown. */
export interface ToastAction {
  label: string;
  run(): void;
}

export interface Toasts {
  readonly shown: ReadonlySignal<readonly Toast[]>;
  notify(text: string, action?: ToastAction): void;
}

const shownMs = 7000; // time to read two lines twice
const maxShown = 3;

export function createToasts(wait: (ms: number) => Promise<void>): Toasts {
  const shown = signal<readonly Toast[]>([]);
  let last = 0;
  return {
    shown,
    notify(text, action) {
      const toast = { id: ++last, text, action };
      shown.value = [...shown.value.filter(each => each.text !== text), toast].slice(-maxShown);
      void wait(shownMs).then(() => {
        shown.value = shown.value.filter(each => each.id !== toast.id);
      });
    },
  };
}
