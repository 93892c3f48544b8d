import { useEffect, useRef } from 'preact/hooks';
import { lobby } from '../browser/router.ts';
import { texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';

/** Whether a place was shown before: the browser itself starts a page load at its top. */
let isNavigation = false;

/** The heading of each place. The title of the window follows it, and after a navigation the focus is on it. */
export function Brand({ page }: { page: Page }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { place, room } = page.router.route.value;
  const name = texts.value.places[place];
  useEffect(() => {
    document.title = [name, ...(room === lobby ? [] : [room]), 'Inkling'].join(' · ');
    if (isNavigation) heading.current?.focus({ preventScroll: true });
    isNavigation = true;
  }, [name, room]);
  return (
    <h1 ref={heading} class="brand" tabIndex={-1}>
      Inkling<span class="unseen"> {name}</span>
    </h1>
  );
}
