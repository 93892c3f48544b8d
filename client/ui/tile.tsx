import { useComputed } from '@preact/signals';
import { decidedDigit, topDigit } from '../../shared/distribution.ts';
import { decidedAt } from '../../shared/limits.ts';
import type { Theme } from '../browser/theme.ts';
import { besideTexts } from '../language/beside-texts.ts';
import { percent } from '../language/language.ts';
import type { HostingModel } from '../models/hosting-model.ts';
import type { RoomModel, RoomTile } from '../models/room-model.ts';
import { paintTile } from '../paint/ink-painter.ts';
import { CanvasView } from './canvas-view.tsx';
import { defer } from './lazy.tsx';
import type { TileMenuProps } from './tile-menu.tsx';

/** For hosts alone. */
const TileMenu = defer<TileMenuProps>(() => import('./tile-menu.tsx').then(module => module.TileMenu));

interface TileProps {
  tile: RoomTile;
  room: RoomModel;
  scheme: Theme['scheme'];
  hosting: HostingModel;
}

/** One drawing of the room with its prediction and label. */
export function Tile({ tile, room, scheme, hosting }: TileProps) {
  const top = useComputed(() => (tile.guess.value === undefined ? undefined : topDigit(tile.guess.value)));
  const sure = useComputed(() => (top.value === undefined ? 0 : (tile.guess.value?.[top.value] ?? 0)));
  const label = tile.label.value;
  const name = room.nameOf(tile.person);
  const was = tile.was.value && shownDigit(tile.was.value);
  const unsure = tile.finished.value && top.value !== undefined && sure.value < decidedAt;
  return (
    <li
      class="tile"
      data-drawing={tile.drawing}
      data-finished={tile.finished.value}
      data-decided={sure.value >= decidedAt}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: focus shows the distribution, as hovering does
      tabIndex={0}
      aria-label={tileCaption({ name, was, top: top.value, sure: sure.value, unsure, label })}
    >
      <CanvasView class="ink" scheme={scheme} paint={sheet => paintTile(sheet, tile.ink.value)} />
      {was !== undefined && (
        <s key={tile.was.value} class="tile-was" aria-hidden="true">
          {was}
        </s>
      )}
      <span class="tile-guess" aria-hidden="true">
        {unsure ? '?' : top}
      </span>
      <span class="tile-foot" aria-hidden="true">
        <span class="tile-name">{name}</span>
        {label !== undefined && <Mark right={label === top.value} digit={label} />}
      </span>
      <TileBars guess={tile.guess.value} />
      {hosting.news.value.host && <TileMenu hosting={hosting} tile={tile} />}
    </li>
  );
}

/** A tick, or the label that differs from the prediction. */
export function Mark({ right, digit }: { right: boolean; digit: number }) {
  return right ? (
    <span class="mark mark-right">✓</span>
  ) : (
    <span class="mark mark-wrong">
      <span class="mark-digit">{digit}</span>
    </span>
  );
}

function TileBars({ guess }: { guess: readonly number[] | undefined }) {
  if (guess === undefined) return null;
  return (
    <span class="tile-bars" aria-hidden="true">
      {guess.map((probability, digit) => (
        <span key={`${digit}`} class="tile-bar">
          <span class="tile-bar-fill" style={{ height: `${100 * probability}%` }} />
          <span>{digit}</span>
        </span>
      ))}
    </span>
  );
}

/** As the tile showed it. */
const shownDigit = (guess: readonly number[]) => `${decidedDigit(guess) ?? '?'}`;

interface Captioned {
  name: string;
  /** The previous version's reading of the same ink. */
  was: string | undefined;
  top: number | undefined;
  sure: number;
  unsure: boolean;
  label: number | undefined;
}

function tileCaption({ name, was, top, sure, unsure, label }: Captioned): string {
  const text = besideTexts.value.tile;
  const who = name === '' ? text.somebody : name;
  if (top === undefined) return label === undefined ? text.notRead(who) : text.notReadIs(who, label);
  if (unsure && label !== top) return label === undefined ? text.unsure(who) : text.unsureIs(who, label);
  const digit = was === undefined ? `${top}` : `${was} → ${top}`;
  const share = percent(sure);
  if (label === undefined) return text.read(who, digit, share);
  return label === top ? text.right(who, digit, share) : text.readIs(who, { digit, sure: share, label });
}
