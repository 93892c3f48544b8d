import { type ReadonlySignal, signal } from '@preact/signals';

export interface Toast {
  id: number;
  text: string;
}

export interface Toasts {
  readonly shown: ReadonlySignal<readonly Toast[]>;
  notify(text: string): void;
}

const shownMs = 7000; // two lines read twice
const maxShown = 3;

export function createToasts(wait: (ms: number) => Promise<void>): Toasts {
  const shown = signal<readonly Toast[]>([]);
  let last = 0;
  return {
    shown,
    notify(text) {
      const notice = { id: ++last, text };
      shown.value = [...shown.value.filter(each => each.text !== text), notice].slice(-maxShown);
      void wait(shownMs).then(() => {
        shown.value = shown.value.filter(each => each.id !== notice.id);
      });
    },
  };
}
