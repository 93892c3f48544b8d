import type { Page } from '../models/page-model.ts';
import { LanguageSelect } from './language-select.tsx';
import { PlaceLink } from './place-link.tsx';

export function Foot({ page }: { page: Page }) {
  return (
    <footer class="foot">
      <LanguageSelect />
      <PlaceLink page={page} place="privacy" />
    </footer>
  );
}
