import type { Frame, Snapshot, Tile } from '../../shared/protocol.ts';

/** Characters of a part: a quarter of a second for a phone on 250 KB/s. A single tile may be as large. */
export const partLength = 65_536;
/** Characters of a tile besides its ink. */
const headLength = 120;

export interface SnapshotPart {
  tiles: Tile[];
  length: number;
  /** Numbers of the tiles still to be sent. */
  owed: Set<number>;
}

/** The tiles that fit into one part: first those of `person`, who continues them, then the newest. */
export function firstPart(tiles: readonly Tile[], person?: number): SnapshotPart {
  const chosen = new Set<Tile>();
  const owed = new Set<number>();
  let length = 0;
  const isOwn = (tile: Tile) => tile.person === person;
  const newestFirst = tiles.toReversed();
  for (const tile of [...newestFirst.filter(isOwn), ...newestFirst.filter(tile => !isOwn(tile))]) {
    const more = tile.ink.reduce((sum, { length: inkLength }) => sum + inkLength, headLength);
    if (chosen.size > 0 && length + more > partLength) owed.add(tile.tile);
    else {
      chosen.add(tile);
      length += more;
    }
  }
  return { tiles: tiles.filter(tile => chosen.has(tile)), length, owed };
}

/** The next owed tiles, in the form of a frame. */
export function nextPart(
  { tick, tiles }: Pick<Snapshot, 'tick' | 'tiles'>,
  owed: ReadonlySet<number>,
): { frame: Frame; owed: Set<number> } {
  const part = firstPart(tiles.filter(({ tile }) => owed.has(tile)));
  const guesses = part.tiles.flatMap(({ tile, guess }): [number, string][] =>
    guess === undefined ? [] : [[tile, guess]],
  );
  const labelled = part.tiles.flatMap(({ tile, label }): [number, number][] =>
    label === undefined ? [] : [[tile, label]],
  );
  const finished = part.tiles.flatMap(tile => (tile.finished ? [tile.tile] : []));
  const frame: Frame = {
    tick,
    begun: part.tiles.map(({ tile, drawing, person }) => [tile, drawing, person]),
    redrawn: part.tiles.map(({ tile, ink }) => [tile, ink]),
    ...(guesses.length > 0 && { guesses }),
    ...(labelled.length > 0 && { labelled }),
    ...(finished.length > 0 && { finished }),
  };
  return { frame, owed: part.owed };
}
