import type { RoomTile } from '../models/room-model.ts';

/** The drawings at the places of a wall; undefined where a place is free. */
export interface WallPlaces {
  /** One seat for each person, with their current drawing. */
  seats: readonly (RoomTile | undefined)[];
  /** Finished drawings that are on no seat. */
  shelf: readonly (RoomTile | undefined)[];
}

export interface WallView {
  /** Oldest first. */
  tiles: readonly RoomTile[];
  isHere(person: number): boolean;
}

/** Numbers of seats. Each step makes the tiles clearly smaller, so there are few of them. */
const sizes = [6, 12, 20, 30, 42, 56, 72, 90];
/** The wall takes a smaller size when at most this share of its seats would be taken: some coming and going changes nothing. */
const shrinkShare = 0.6;
/** One row at a size that still shows the ink. */
export const shelfPlaces = 12;

/** Gives each person of each page a seat, and remembers the seats of pages that are not shown. */
export function createWallPlaces(): (page: number, view: WallView) => WallPlaces {
  const pages = new Map<number, (view: WallView) => WallPlaces>();
  return (page, view) => {
    const arrange = pages.get(page) ?? createPagePlaces();
    pages.set(page, arrange);
    return arrange(view);
  };
}

function createPagePlaces() {
  let seats: (number | undefined)[] = Array.from({ length: sizes[0] }, () => undefined);
  /** Ids of all drawings that were the current one of their author. */
  let known: ReadonlySet<string> = new Set();
  const putOnShelf = createShelf();

  function resize(count: number) {
    const moving = seats.slice(count).filter(isTaken);
    seats = Array.from({ length: count }, (_, seat) => seats[seat]);
    for (const person of moving) seats[seats.indexOf(undefined)] = person;
  }

  return ({ tiles, isHere }: WallView): WallPlaces => {
    const current = currentOf(tiles);
    seats = seats.map(person => (person !== undefined && current.has(person) ? person : undefined));
    // The seats of people who finished and left, which a new person may take; the oldest drawing's first.
    const leavable = [...current]
      .filter(([person, tile]) => seats.includes(person) && tile.finished.value && !isHere(person))
      .map(([person]) => person);
    for (const [person, tile] of current) {
      // A person who lost the seat gets another one for a new drawing, not for the one on the shelf.
      if (seats.includes(person) || known.has(tile.drawing)) continue;
      if (!seats.includes(undefined) && leavable.length === 0)
        resize(sizes.find(size => size > seats.length) ?? seats.length + 1);
      const free = seats.indexOf(undefined);
      seats[free >= 0 ? free : seats.indexOf(leavable.shift())] = person;
    }
    known = new Set(Array.from(current.values(), tile => tile.drawing));
    const taken = seats.filter(isTaken).length;
    resize(sizes.find(size => size >= seats.length || taken <= shrinkShare * size) ?? seats.length);
    const seated = seats.map(person => (person === undefined ? undefined : current.get(person)));
    return { seats: seated, shelf: putOnShelf(tiles.filter(tile => !seated.includes(tile))) };
  };
}

/** A new drawing takes a free place, or that of the drawing that is on the shelf for the longest time. */
function createShelf(): (tiles: readonly RoomTile[]) => WallPlaces['shelf'] {
  const shelf: (RoomTile | undefined)[] = Array.from({ length: shelfPlaces }, () => undefined);
  let byAge: number[] = [];
  let known: ReadonlySet<string> = new Set();
  return tiles => {
    for (const [place, tile] of shelf.entries())
      if (tile !== undefined && !tiles.includes(tile)) shelf[place] = undefined;
    for (const tile of tiles) {
      if (known.has(tile.drawing)) continue;
      const free = shelf.indexOf(undefined);
      const place = free >= 0 ? free : byAge[0];
      byAge = [...byAge.filter(other => other !== place), place];
      shelf[place] = tile;
    }
    known = new Set(tiles.map(tile => tile.drawing));
    return [...shelf];
  };
}

const isTaken = (person: number | undefined): person is number => person !== undefined;

/** The drawing on each person's seat: the newest open one, else the newest. */
function currentOf(tiles: readonly RoomTile[]): Map<number, RoomTile> {
  const current = new Map<number, RoomTile>();
  for (const tile of tiles) {
    const before = current.get(tile.person);
    if (before === undefined || !tile.finished.value || before.finished.value) current.set(tile.person, tile);
  }
  return current;
}
