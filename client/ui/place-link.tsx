import { pathOf, type Route } from '../browser/router.ts';
import { texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';

/** Links to another place of the same room without a page load. */
export function PlaceLink({ page, place }: { page: Page; place: Route['place'] }) {
  const { router } = page;
  return (
    <a
      class="tool"
      href={pathOf({ ...router.route.value, place })}
      onClick={event => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        router.go(place);
      }}
    >
      {texts.value.places[place]}
    </a>
  );
}
