import { computed, type ReadonlySignal, signal } from '@preact/signals';

/** What may draw. `any` until a pen is seen; then `pen` alone, so that a palm does not; `both` when asked for. */
type PointerPolicy = 'any' | 'pen' | 'both';

export interface TouchPolicy {
  readonly penOnly: ReadonlySignal<boolean>;
  /** A pen has been seen, so there is something to choose. */
  readonly penKnown: ReadonlySignal<boolean>;
  penSeen(): void;
  toggle(): void;
}

export function createTouchPolicy(): TouchPolicy {
  const hand = signal<PointerPolicy>('any');
  return {
    penOnly: computed(() => hand.value === 'pen'),
    penKnown: computed(() => hand.value !== 'any'),
    penSeen() {
      if (hand.value === 'any') hand.value = 'pen';
    },
    toggle() {
      hand.value = hand.value === 'pen' ? 'both' : 'pen';
    },
  };
}
