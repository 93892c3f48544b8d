import { type ReadonlySignal, signal } from '@preact/signals';

export interface Toast {
  id: number;
  text: string;
}

export interface Toasts {
  readonly shown: ReadonlySignal<readonly Toast[]>;
  notify(text: string): void;
}

const shownMs = 7000; // time to read two lines twice
const maxShown = 3;

export function createToasts(wait: (ms: number) => Promise<void>): Toasts {
  const shown = signal<readonly Toast[]>([]);
  let last = 0;
  return {
    shown,
    notify(text) {
      const toast = { id: ++last, text };
      shown.value = [...shown.value.filter(each => each.text !== text), toast].slice(-maxShown);
      void wait(shownMs).then(() => {
        shown.value = shown.value.filter(each => each.id !== toast.id);
      });
    },
  };
}
