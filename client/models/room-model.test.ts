import { expect, test } from 'vitest';
import { packDistribution } from '../../shared/distribution.ts';
import { packAppend, packInk } from '../../shared/ink.ts';
import type { Frame, Person, Snapshot, Tile } from '../../shared/protocol.ts';
import { createRandom, int, type Random } from '../../shared/random.ts';
import { createFakeConnection } from '../testing/fake-connection.ts';
import { createRoomModel, type RoomModel } from './room-model.ts';

/** A server's room: each `frame` changes it at random and returns the change. */
function createRandomRoom(random: Random) {
  const tiles = new Map<number, { tile: Tile; strokes: number[][] }>();
  const people = new Map<number, Person>();
  const left = new Map<number, Person>();
  let tick = 0;
  let numbers = 0;
  const points = () => Array.from({ length: 2 * (1 + int(random, 5)) }, () => int(random, 1024));
  const distribution = () => packDistribution(Array.from({ length: 10 }, () => int(random, 64) / 63));

  function frame(): Frame {
    const next: Required<Frame> = {
      tick: ++tick,
      came: [],
      left: [],
      begun: [],
      ink: '',
      redrawn: [],
      guesses: [],
      reread: [],
      labelled: [],
      unlabelled: [],
      finished: [],
      gone: [],
      pages: 1,
    };
    if (int(random, 4) === 0) {
      const person = { person: ++numbers, name: `p${numbers}` };
      people.set(person.person, person);
      next.came.push(person);
    }
    if (int(random, 4) === 0) {
      const persons = [...people.keys(), ...left.keys(), 0];
      const person = persons[int(random, persons.length)]!;
      const head = { tile: ++numbers, drawing: `d${numbers}`, person };
      tiles.set(head.tile, { tile: { ...head, ink: [] }, strokes: [] });
      next.begun.push([head.tile, head.drawing, head.person]);
    }
    for (const [number, held] of tiles) {
      switch (int(random, 7)) {
        case 0: {
          const stroke = Math.min(held.strokes.length, int(random, 4));
          const from = held.strokes[stroke]?.length ?? 0;
          held.strokes[stroke] = [...(held.strokes[stroke] ?? []), ...points()];
          next.ink += packAppend({ tile: number, stroke, points: held.strokes[stroke], from });
          break;
        }
        case 1:
          held.strokes = Array.from({ length: int(random, 3) }, points);
          next.redrawn.push([number, held.strokes.map(stroke => packInk(stroke))]);
          break;
        case 2:
          held.tile.guess = distribution();
          next.guesses.push([number, held.tile.guess]);
          delete held.tile.was;
          if (int(random, 2) > 0) break;
          held.tile.was = distribution();
          next.reread.push([number, held.tile.was]);
          break;
        case 3: {
          const digit = int(random, 12);
          if (digit < 10) {
            held.tile.label = digit;
            next.labelled.push([number, digit]);
          } else {
            delete held.tile.label;
            next.unlabelled.push(number);
          }
          break;
        }
        case 4:
          held.tile.finished = true;
          next.finished.push(number);
          break;
        case 5:
          if (int(random, 5) > 0) break;
          tiles.delete(number);
          next.gone.push(number);
          break;
        default:
      }
    }
    for (const person of people.keys()) {
      if (int(random, 30) > 0) continue;
      left.set(person, people.get(person)!);
      people.delete(person);
      next.left.push(person);
    }
    const parts = Object.entries(next).filter(([, part]) => typeof part === 'number' || part.length > 0);
    return Object.assign({ tick }, Object.fromEntries(parts));
  }

  return {
    frame,
    people: () => [...people.values()],
    snapshot: (): Snapshot => ({
      tick,
      page: 0,
      pages: 1,
      absent: [...left.values()],
      tiles: Array.from(tiles.values(), ({ tile, strokes }) => ({
        ...tile,
        ink: strokes.map(stroke => packInk(stroke)),
      })),
    }),
  };
}

function stateOf(room: RoomModel) {
  return {
    people: [...room.people.value],
    tiles: room.tiles.value.map(({ tile, drawing, person, ink, guess, was, label, finished }) => ({
      tile,
      drawing,
      person,
      name: room.nameOf(person),
      ink: ink.value.strokes,
      guess: guess.value,
      was: was.value,
      label: label.value,
      finished: finished.value,
    })),
  };
}

test.each([1, 2, 3])(
  '[F9] a client that applied every frame and one that came late show the same room (seed %i)',
  seed => {
    const room = createRandomRoom(createRandom(seed));
    const early = createFakeConnection();
    const earlyRoom = createRoomModel(early.connection, 'lobby');
    early.goLive({ snapshot: room.snapshot(), people: room.people() });
    for (let i = 0; i < 300; i++) {
      early.emit('frame', structuredClone(room.frame()));
      if (i % 50 !== 0) continue;
      const late = createFakeConnection();
      const lateRoom = createRoomModel(late.connection, 'lobby');
      late.goLive({ snapshot: structuredClone(room.snapshot()), people: room.people() });
      expect(stateOf(lateRoom)).toEqual(stateOf(earlyRoom));
      early.emit('snapshot', { ...structuredClone(room.snapshot()), people: room.people() });
      expect(stateOf(lateRoom)).toEqual(stateOf(earlyRoom));
    }
    expect(stateOf(earlyRoom).tiles.length).toBeGreaterThan(3);
  },
);

test('[F9] a frame that the snapshot holds already is not applied again', () => {
  const line = createFakeConnection();
  const room = createRoomModel(line.connection, 'lobby');
  line.goLive({
    snapshot: {
      tick: 7,
      page: 0,
      pages: 1,
      tiles: [{ tile: 1, drawing: 'a', person: 1, ink: [packInk([5, 5, 6, 6])] }],
    },
  });
  line.emit('frame', { tick: 7, ink: packAppend({ tile: 1, stroke: 0, points: [7, 7], from: 0 }) });
  expect(room.tiles.value[0].ink.value.strokes).toEqual([[5, 5, 6, 6]]);
  line.emit('frame', {
    tick: 8,
    ink: packAppend({ tile: 1, stroke: 0, points: [5, 5, 6, 6, 7, 7, 8, 7], from: 4 }),
  });
  expect(room.tiles.value[0].ink.value.strokes).toEqual([[5, 5, 6, 6, 7, 7, 8, 7]]);
});

test('a stroke changes its own tile and not the list', () => {
  const line = createFakeConnection();
  const room = createRoomModel(line.connection, 'lobby');
  line.goLive({
    snapshot: { tick: 0, page: 0, pages: 1, tiles: [{ tile: 1, drawing: 'a', person: 1, ink: [] }] },
  });
  const before = room.tiles.value;
  line.emit('frame', { tick: 1, ink: packAppend({ tile: 1, stroke: 0, points: [7, 7], from: 0 }) });
  expect(room.tiles.value).toBe(before);
});

test('after a snapshot the same drawing is the same tile, and another drawing is not', () => {
  const line = createFakeConnection();
  const room = createRoomModel(line.connection, 'lobby');
  const tile = { tile: 1, drawing: 'a', person: 1, ink: [packInk([5, 5])] };
  line.goLive({ snapshot: { tick: 3, page: 0, pages: 1, tiles: [tile] } });
  const [before] = room.tiles.value;
  line.emit('snapshot', {
    tick: 9,
    page: 0,
    pages: 1,
    tiles: [{ ...tile, ink: [packInk([5, 5, 6, 6])] }],
    people: [],
  });
  expect(room.tiles.value[0]).toBe(before);
  expect(before.ink.value.strokes).toEqual([[5, 5, 6, 6]]);
  line.goLive({ snapshot: { tick: 0, page: 0, pages: 1, tiles: [{ ...tile, drawing: 'b' }] } });
  expect(room.tiles.value[0]).not.toBe(before);
});

test('a person who left keeps the name under the drawing', () => {
  const line = createFakeConnection();
  const room = createRoomModel(line.connection, 'lobby');
  line.goLive({ people: [{ person: 4, name: 'Ana' }] });
  line.emit('frame', { tick: 1, left: [4] });
  expect(room.people.value.size).toBe(0);
  expect(room.nameOf(4)).toBe('Ana');
});

test('[F11] a tile keeps what the version before read until its next prediction', () => {
  const line = createFakeConnection();
  const room = createRoomModel(line.connection, 'lobby');
  const [four, seven] = ['AAAA_AAAAA', 'AAAAAAA_AA'];
  line.goLive({
    snapshot: {
      tick: 0,
      page: 0,
      pages: 1,
      tiles: [{ tile: 1, drawing: 'a', person: 1, ink: [], guess: four }],
    },
  });
  const [{ guess, was }] = room.tiles.value;
  line.emit('frame', { tick: 1, guesses: [[1, seven]], reread: [[1, four]] });
  expect([guess.value?.[7], was.value?.[4]]).toEqual([1, 1]);
  line.emit('frame', { tick: 2, guesses: [[1, four]] });
  expect([guess.value?.[4], was.value]).toEqual([1, undefined]);
});

test('[V16] lists of stored drawings are fetched again once these were predicted again', () => {
  const line = createFakeConnection();
  const room = createRoomModel(line.connection, 'lobby');
  line.goLive();
  const before = room.events.value;
  line.emit('reread', { model: 'taught-1' });
  expect(room.events.value).toBe(before + 1);
});
