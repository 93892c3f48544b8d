import { texts } from './language/language.ts';
import type { Loading } from './ui/lazy.tsx';

/** A place whose code is not there yet. index.html shows the same before the first script. */
export function Opening({ state }: { state: Loading }) {
  const text = texts.value.opening;
  return (
    <main class="opening-other" aria-live="polite">
      {state === 'loading' ? (
        <p>{text.opening}</p>
      ) : (
        <>
          <h1>{text.away}</h1>
          <p>{text.soon}</p>
          <button type="button" class="button" onClick={() => history.back()}>
            {text.back}
          </button>
        </>
      )}
    </main>
  );
}
