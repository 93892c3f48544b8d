import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { createRandom, int } from '../../shared/random.ts';
import type { RoomTile } from '../models/room-model.ts';
import { createWallPlaces, shelfPlaces } from './wall-places.ts';

/** A room whose people begin and finish drawings, and the places of its wall. */
function createWall() {
  const places = createWallPlaces();
  const here = new Set<number>();
  let tiles: RoomTile[] = [];
  let last = 0;
  const openOf = (person: number) => tiles.find(tile => tile.person === person && !tile.finished.value);
  return {
    begin(person: number) {
      here.add(person);
      const tile = ++last;
      tiles = [
        ...tiles,
        {
          tile,
          drawing: `${person} draws ${tile}`,
          person,
          ink: signal({ strokes: [], redrawn: 0 }),
          guess: signal<number[] | undefined>(undefined),
          was: signal<number[] | undefined>(undefined),
          label: signal<number | undefined>(undefined),
          finished: signal(false),
        },
      ];
    },
    finish(person: number) {
      const open = openOf(person);
      if (open !== undefined) open.finished.value = true;
    },
    leave: (person: number) => here.delete(person),
    erase(person: number) {
      tiles = tiles.filter(tile => tile.person !== person);
    },
    arrange: (page = 0) => places(page, { tiles, isHere: person => here.has(person) }),
    people(page = 0) {
      return this.arrange(page).seats.map(tile => tile?.person);
    },
  };
}

test('a person keeps the seat from one drawing to the next, and the finished one goes on the shelf', () => {
  const wall = createWall();
  for (const person of [1, 2, 3]) wall.begin(person);
  expect(wall.people()).toEqual([1, 2, 3, undefined, undefined, undefined]);
  wall.finish(2);
  expect(wall.people()).toEqual([1, 2, 3, undefined, undefined, undefined]);
  expect(wall.arrange().shelf.every(tile => tile === undefined)).toBe(true);
  wall.begin(2);
  const { seats, shelf } = wall.arrange();
  expect(seats[1]?.drawing).toBe('2 draws 4');
  expect(shelf[0]?.drawing).toBe('2 draws 2');
});

test('nobody moves when a person comes or leaves, and a free seat is taken first', () => {
  const wall = createWall();
  for (const person of [1, 2, 3, 4]) wall.begin(person);
  wall.arrange();
  wall.erase(2);
  expect(wall.people()).toEqual([1, undefined, 3, 4, undefined, undefined]);
  wall.begin(9);
  expect(wall.people()).toEqual([1, 9, 3, 4, undefined, undefined]);
});

test('where the wall is full, a new person takes the seat of one who finished and left', () => {
  const wall = createWall();
  for (let person = 1; person <= 6; person++) wall.begin(person);
  wall.arrange();
  for (const person of [5, 3]) {
    wall.finish(person);
    wall.leave(person);
  }
  wall.begin(7);
  expect(wall.people()).toEqual([1, 2, 7, 4, 5, 6]);
  expect(wall.arrange().shelf[0]?.person).toBe(3);
  wall.begin(8);
  expect(wall.people()).toEqual([1, 2, 7, 4, 8, 6]);
  wall.begin(3);
  expect(wall.people()).toHaveLength(12);
  expect(wall.people().slice(0, 7)).toEqual([1, 2, 7, 4, 8, 6, 3]);
});

test('the number of seats grows when they are taken, and shrinks only when most are free', () => {
  const wall = createWall();
  for (let person = 1; person <= 7; person++) wall.begin(person);
  expect(wall.arrange().seats).toHaveLength(12);
  for (const person of [1, 2, 3]) wall.erase(person);
  expect(wall.arrange().seats).toHaveLength(12);
  wall.erase(5);
  expect(wall.people()).toEqual([7, undefined, undefined, 4, undefined, 6]);
});

test('a wall that opens late shows everybody, also those who left', () => {
  const wall = createWall();
  for (let person = 1; person <= 24; person++) {
    wall.begin(person);
    wall.finish(person);
    wall.leave(person);
  }
  expect(wall.people().slice(0, 24)).toEqual(Array.from({ length: 24 }, (_, i) => i + 1));
});

test('a full shelf replaces the drawing that is on it longest, in its place', () => {
  const wall = createWall();
  for (let i = 0; i <= shelfPlaces; i++) {
    wall.begin(1);
    wall.arrange();
    wall.finish(1);
  }
  const before = wall.arrange().shelf;
  expect(before.filter(tile => tile !== undefined)).toHaveLength(shelfPlaces);
  wall.begin(1);
  const after = wall.arrange().shelf;
  expect(after.slice(1)).toEqual(before.slice(1));
  expect(after[0]?.drawing).toBe(`1 draws ${shelfPlaces + 1}`);
});

test('each page has places of its own', () => {
  const wall = createWall();
  for (const person of [1, 2]) wall.begin(person);
  wall.arrange(0);
  wall.erase(1);
  expect(wall.people(1).slice(0, 2)).toEqual([2, undefined]);
  expect(wall.people(0).slice(0, 2)).toEqual([undefined, 2]);
});

test('over 2,000 random steps a person keeps the seat while the number of seats stays, and a drawing its place on the shelf', () => {
  const random = createRandom(20);
  const wall = createWall();
  let before = wall.arrange();
  for (let step = 0; step < 2_000; step++) {
    const person = int(random, 40);
    const acts = [wall.begin, wall.finish, wall.leave, wall.erase];
    wall.finish(person);
    acts[int(random, acts.length)]!(person);
    if (int(random, 3) === 0) wall.erase(int(random, 40));
    const after = wall.arrange();
    const people = after.seats.filter(tile => tile !== undefined).map(tile => tile.person);
    expect(new Set(people).size).toBe(people.length);
    if (after.seats.length === before.seats.length)
      for (const [seat, tile] of before.seats.entries()) {
        const moved = after.seats.findIndex(other => other?.person === tile?.person);
        if (tile !== undefined && moved >= 0) expect(moved).toBe(seat);
      }
    for (const [place, tile] of before.shelf.entries()) {
      const moved = after.shelf.findIndex(other => other?.drawing === tile?.drawing);
      if (tile !== undefined && moved >= 0) expect(moved).toBe(place);
    }
    before = after;
  }
});
