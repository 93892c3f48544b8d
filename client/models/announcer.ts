import { effect, type ReadonlySignal, signal } from '@preact/signals';

const restMs = 1000; // predictions change thirty times a second, too fast for a screen reader

/** Announces the newest phrase to screen readers, at most one a second, and always the last one. */
export function createAnnouncer(phrase: ReadonlySignal<string>, wait: (ms: number) => Promise<void>) {
  const announced = signal('');
  let resting = false;

  function announce() {
    if (resting || announced.value === phrase.value) return;
    announced.value = phrase.value;
    resting = true;
    void wait(restMs).then(() => {
      resting = false;
      announce();
    });
  }

  const stop = effect(() => {
    // The effect subscribes to `phrase` alone; the microtask keeps `announced` out of it.
    if (phrase.value !== '') queueMicrotask(announce);
  });
  return { announced, stop };
}
