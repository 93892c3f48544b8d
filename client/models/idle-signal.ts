import { effect, type ReadonlySignal, signal } from '@preact/signals';

export const idleMs = 1200; // longer than a hand takes from one stroke to the next

/** Whether the hand has rested for a while: nothing of `ink` changed. */
export function createIdleSignal(ink: ReadonlySignal<unknown>, wait: (ms: number) => Promise<void>) {
  const paused = signal(false);
  let edits = 0;
  const stop = effect(() => {
    // Reading the ink is what subscribes.
    if (ink.value === undefined) return;
    const edit = ++edits;
    paused.value = false;
    void wait(idleMs).then(() => {
      if (edit === edits) paused.value = true;
    });
  });
  return { paused, stop };
}
