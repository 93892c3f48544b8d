import '../css/lesson.css';
import { decidedDigit } from '../../shared/distribution.ts';
import type { DigitChange } from '../../shared/training-protocol.ts';
import { verdictTexts } from '../language/verdict-texts.ts';
import type { Page } from '../models/page-model.ts';
import type { RoomTile } from '../models/room-model.ts';
import { paintTile } from '../paint/ink-painter.ts';
import { CanvasView } from '../ui/canvas-view.tsx';

export interface VerdictDetailsProps {
  page: Page;
  digits: readonly DigitChange[];
}

/** Two of the room's drawings that flipped; how many taught drawings are read right, digit by digit, before and now. */
export function VerdictDetails({ page, digits }: VerdictDetailsProps) {
  const text = verdictTexts.value.digits;
  return (
    <div class="verdict-details">
      <Flips page={page} />
      <p class="unseen">{text.title}</p>
      <ul class="digit-changes">
        {digits.map(({ digit, count, before, after }) => (
          <li
            key={digit}
            class="digit-change"
            data-change={after > before ? 'better' : after < before ? 'worse' : 'same'}
          >
            <span class="unseen">{text.spoken(digit, { before, after, count })}</span>
            <span class="digit-change-digit" aria-hidden="true">
              {digit}
            </span>
            <span class="digit-change-track" aria-hidden="true">
              <span class="digit-change-after" style={{ width: `${(100 * after) / count}%` }} />
              <span class="digit-change-before" style={{ left: `${(100 * before) / count}%` }} />
            </span>
            <span class="digit-change-figure" aria-hidden="true">
              {text.change(before, after, count)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const shownFlips = 2;

/** The newest drawings on the wall that the new version reads otherwise, first those that it decides. */
function Flips({ page }: { page: Page }) {
  const flipped = page.room.tiles.value.filter(({ was }) => was.value !== undefined).reverse();
  const isDecided = ({ guess }: RoomTile) => decidedDigit(guess.value ?? []) !== undefined;
  const [decided, others] = [flipped.filter(isDecided), flipped.filter(tile => !isDecided(tile))];
  const shown = [...decided, ...others].slice(0, shownFlips);
  if (shown.length === 0) return null;
  return (
    <ul class="flips">
      {shown.map(tile => (
        <Flip key={tile.drawing} tile={tile} scheme={page.theme.scheme} />
      ))}
    </ul>
  );
}

function Flip({ tile, scheme }: { tile: RoomTile; scheme: Page['theme']['scheme'] }) {
  const [before, now] = [tile.was.value, tile.guess.value].map(guess => decidedDigit(guess ?? []) ?? '?');
  return (
    <li class="flip">
      <CanvasView class="ink flip-ink" scheme={scheme} paint={sheet => paintTile(sheet, tile.ink.value)} />
      <span class="flip-change">
        <span class="unseen">{verdictTexts.value.flip(`${before}`, `${now}`)}</span>
        <span class="flip-before" aria-hidden="true">
          {before}
        </span>
        <span aria-hidden="true"> → </span>
        <span class="flip-now" aria-hidden="true">
          {now}
        </span>
      </span>
    </li>
  );
}
