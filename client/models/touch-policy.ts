import { computed, type ReadonlySignal, signal } from '@preact/signals';

/** `any`: until a pen is seen; `pen`: only the pen, so that a palm does not draw; `both`: pen and fingers, by choice. */
type PointerPolicy = 'any' | 'pen' | 'both';

export interface TouchPolicy {
  readonly penOnly: ReadonlySignal<boolean>;
  /** A pen has been seen, so the page shows the switch. */
  readonly penKnown: ReadonlySignal<boolean>;
  /** A finger has tried to draw in pen-only mode; the page shows why it draws nothing. */
  readonly fingerRefused: ReadonlySignal<boolean>;
  penSeen(): void;
  refuseFinger(): void;
  toggle(): void;
}

const shownMs = 4000; // time to read one line twice

export function createTouchPolicy(wait: (ms: number) => Promise<void>): TouchPolicy {
  const policy = signal<PointerPolicy>('any');
  const refused = signal(0);
  const over = signal(0);
  return {
    penOnly: computed(() => policy.value === 'pen'),
    penKnown: computed(() => policy.value !== 'any'),
    fingerRefused: computed(() => policy.value === 'pen' && refused.value > over.value),
    refuseFinger() {
      const own = ++refused.value;
      void wait(shownMs).then(() => {
        over.value = own;
      });
    },
    penSeen() {
      if (policy.value === 'any') policy.value = 'pen';
    },
    toggle() {
      policy.value = policy.value === 'pen' ? 'both' : 'pen';
    },
  };
}
