import type { Loading } from './ui/lazy.tsx';

/** A place whose code is not there yet. index.html shows the same before the first script. */
export function Opening({ state }: { state: Loading }) {
  return (
    <main class="opening-other" aria-live="polite">
      {state === 'loading' ? (
        <p>Opening …</p>
      ) : (
        <>
          <h1>The server does not answer.</h1>
          <p>This page opens by itself when it is back.</p>
          <button type="button" class="button" onClick={() => history.back()}>
            Back
          </button>
        </>
      )}
    </main>
  );
}
