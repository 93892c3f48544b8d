import { effect, type ReadonlySignal, signal } from '@preact/signals';

const restMs = 1000; // a screen reader cannot keep up with a mind that changes thirty times a second

/** What is said aloud: the newest phrase, at most one a second, the last one always. */
export function createAnnouncer(phrase: ReadonlySignal<string>, wait: (ms: number) => Promise<void>) {
  const said = signal('');
  let resting = false;

  function speak() {
    if (resting || said.value === phrase.value) return;
    said.value = phrase.value;
    resting = true;
    void wait(restMs).then(() => {
      resting = false;
      speak();
    });
  }

  const stop = effect(() => {
    // Reading the phrase is what subscribes; what was said must not.
    if (phrase.value !== '') queueMicrotask(speak);
  });
  return { said, stop };
}
