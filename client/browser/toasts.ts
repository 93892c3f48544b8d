import { type ReadonlySignal, signal } from '@preact/signals';

export interface Notice {
  id: number;
  text: string;
}

export interface Notices {
  readonly shown: ReadonlySignal<readonly Notice[]>;
  notify(text: string): void;
}

const shownMs = 7000; // two lines read twice
const maxShown = 3;

export function createNotices(wait: (ms: number) => Promise<void>): Notices {
  const shown = signal<readonly Notice[]>([]);
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
