import { effect, type ReadonlySignal, signal } from '@preact/signals';

export const idleMs = 1200; // longer than the pause between two strokes

/** `paused` is true once `ink` has not changed for `idleMs`. */
export function createIdleSignal(ink: ReadonlySignal<unknown>, wait: (ms: number) => Promise<void>) {
  const paused = signal(false);
  let edits = 0;
  const stop = effect(() => {
    // The read of `ink` subscribes the effect.
    if (ink.value === undefined) return;
    const edit = ++edits;
    paused.value = false;
    void wait(idleMs).then(() => {
      if (edit === edits) paused.value = true;
    });
  });
  return { paused, stop };
}
