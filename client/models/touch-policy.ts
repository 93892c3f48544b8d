import { computed, type ReadonlySignal, signal } from '@preact/signals';

/** `any`: until a pen is seen; `pen`: only the pen, so that a palm does not draw; `both`: pen and fingers, by choice. */
type PointerPolicy = 'any' | 'pen' | 'both';

export interface TouchPolicy {
  readonly penOnly: ReadonlySignal<boolean>;
  /** A pen has been seen, so the page shows the switch. */
  readonly penKnown: ReadonlySignal<boolean>;
  penSeen(): void;
  toggle(): void;
}

export function createTouchPolicy(): TouchPolicy {
  const policy = signal<PointerPolicy>('any');
  return {
    penOnly: computed(() => policy.value === 'pen'),
    penKnown: computed(() => policy.value !== 'any'),
    penSeen() {
      if (policy.value === 'any') policy.value = 'pen';
    },
    toggle() {
      policy.value = policy.value === 'pen' ? 'both' : 'pen';
    },
  };
}
