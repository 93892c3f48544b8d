import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { KeyValueStore } from './storage.ts';

/** `day`: ink on paper; `night`: chalk on a board. */
export type ColorScheme = 'day' | 'night';

export interface Theme {
  readonly scheme: ReadonlySignal<ColorScheme>;
  toggle(): void;
  stop(): void;
}

const key = 'look';

/** Follows the system's preference until the person chooses another; choosing the system's follows it again. */
export function createTheme(store: KeyValueStore): Theme {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const system = signal<ColorScheme>(query.matches ? 'night' : 'day');
  const kept = store.read(key);
  const chosen = signal<ColorScheme | undefined>(kept === 'day' || kept === 'night' ? kept : undefined);
  // Paper is white: chalk would be invisible on it.
  const printing = signal(false);
  const scheme = computed(() => (printing.value ? 'day' : (chosen.value ?? system.value)));

  // Runs before the signal changes: canvases then read their colours from the document at once.
  const applyToDocument = (next: ColorScheme | undefined) => {
    if (next === undefined) delete document.documentElement.dataset.look;
    else document.documentElement.dataset.look = next;
  };
  const follow = () => {
    system.value = query.matches ? 'night' : 'day';
  };
  const print = () => {
    applyToDocument('day');
    printing.value = true;
  };
  const printed = () => {
    applyToDocument(chosen.value);
    printing.value = false;
  };
  applyToDocument(chosen.value);
  addEventListener('beforeprint', print);
  addEventListener('afterprint', printed);
  query.addEventListener('change', follow);

  return {
    scheme,
    toggle() {
      const next: ColorScheme = scheme.value === 'day' ? 'night' : 'day';
      const choice = next === system.value ? undefined : next;
      if (choice === undefined) store.remove(key);
      else store.write(key, choice);
      applyToDocument(choice);
      chosen.value = choice;
    },
    stop() {
      query.removeEventListener('change', follow);
      removeEventListener('beforeprint', print);
      removeEventListener('afterprint', printed);
    },
  };
}
