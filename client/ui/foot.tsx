import type { ComponentChildren } from 'preact';
import type { Page } from '../models/page-model.ts';
import { LanguageSelect } from './language-select.tsx';
import { PlaceLink } from './place-link.tsx';

export function Foot({ page, children }: { page: Page; children?: ComponentChildren }) {
  return (
    <footer class="foot">
      <LanguageSelect />
      <PlaceLink page={page} place="privacy" />
      {children}
    </footer>
  );
}
