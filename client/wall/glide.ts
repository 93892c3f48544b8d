/** Slow enough for the eye to follow one tile among thirty. */
const glideMs = 700;

export interface Glide {
  /** Notes where the tiles are, before they change their places. */
  note(): void;
  /** Moves each tile from where it was noted to where it is now. */
  move(): void;
}

/** Shows the drawings in `root` moving to their new places. A drawing may change its element, so its id identifies it. */
export function createGlide(root: () => HTMLElement | null): Glide {
  let noted = new Map<string, DOMRect>();
  const tiles = () => root()?.querySelectorAll<HTMLElement>('[data-drawing]') ?? [];
  return {
    note() {
      noted = new Map(
        Array.from(tiles(), tile => [tile.dataset.drawing ?? '', tile.getBoundingClientRect()]),
      );
    },
    move() {
      if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
      for (const tile of tiles()) {
        const from = noted.get(tile.dataset.drawing ?? '');
        if (from === undefined) continue;
        for (const running of tile.getAnimations()) running.cancel();
        const to = tile.getBoundingClientRect();
        if (isSame(from, to)) continue;
        const transform = `translate(${from.x - to.x}px, ${from.y - to.y}px) scale(${from.width / to.width}, ${from.height / to.height})`;
        tile.animate(
          [
            { transformOrigin: '0 0', transform },
            { transformOrigin: '0 0', transform: 'none' },
          ],
          {
            duration: glideMs,
            easing: 'ease-in-out',
          },
        );
      }
    },
  };
}

/** Whether nothing moved, up to the rounding of the layout. */
const isSame = (one: DOMRect, other: DOMRect) =>
  Math.abs(one.x - other.x) < 1 && Math.abs(one.y - other.y) < 1 && Math.abs(one.width - other.width) < 1;
