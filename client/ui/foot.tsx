import type { Page } from '../models/page-model.ts';
import { PlaceLink } from './place-link.tsx';

export function Foot({ page }: { page: Page }) {
  return (
    <footer class="foot">
      <PlaceLink page={page} place="privacy" />
    </footer>
  );
}
