import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { unpackDistribution } from '../../shared/distribution.ts';
import type { RoomNews } from '../../shared/host-protocol.ts';
import { growStroke, type InkAppend, unpackAppends, unpackInk } from '../../shared/ink.ts';
import type { Frame, Person, Snapshot, Tile, TileHead } from '../../shared/protocol.ts';
import type { Model } from '../../shared/training-protocol.ts';
import type { Connection } from '../net/connection.ts';
import type { Ink } from '../pad/drawing-model.ts';
import type { JoinOffer } from './join-address.ts';

/** One drawing on the wall. Each field has its own signal: a stroke repaints one canvas and re-renders no list. */
export interface RoomTile {
  readonly tile: number;
  readonly drawing: string;
  readonly person: number;
  readonly ink: Signal<Ink>;
  readonly guess: Signal<number[] | undefined>;
  /** The prediction of the version before, where `guess` shows another digit for the same ink. */
  readonly was: Signal<number[] | undefined>;
  readonly label: Signal<number | undefined>;
  readonly finished: Signal<boolean>;
}

export interface RoomModel {
  readonly name: ReadonlySignal<string>;
  readonly you: ReadonlySignal<number | undefined>;
  readonly people: ReadonlySignal<ReadonlyMap<number, string>>;
  /** Oldest first. */
  readonly tiles: ReadonlySignal<readonly RoomTile[]>;
  /** The wall page of `tiles`, and the number of pages. */
  readonly page: ReadonlySignal<number>;
  readonly pages: ReadonlySignal<number>;
  readonly model: ReadonlySignal<Model | undefined>;
  /** The server's address for phones; undefined before its welcome. */
  readonly joinOffer: ReadonlySignal<JoinOffer | undefined>;
  /** Increases when a drawing is finished, its label changed, or stored drawings were predicted again. */
  readonly events: ReadonlySignal<number>;
  tileOf(drawing: string): RoomTile | undefined;
  /** The name of a person, also after they left. */
  nameOf(person: number): string;
  stop(): void;
}

export function createRoomModel(connection: Connection, askedRoom: string): RoomModel {
  const name = signal(askedRoom);
  const you = signal<number | undefined>(undefined);
  const people = signal<ReadonlyMap<number, string>>(new Map());
  const knownNames = signal<ReadonlyMap<number, string>>(new Map());
  const byNumber = signal<ReadonlyMap<number, RoomTile>>(new Map());
  // A snapshot lists the newest tiles of a full wall first.
  const tiles = computed(() => [...byNumber.value.values()].sort((one, other) => one.tile - other.tile));
  const page = signal(0);
  const pages = signal(1);
  const model = signal<Model | undefined>(undefined);
  const joinOffer = signal<JoinOffer | undefined>(undefined);
  const events = signal(0);
  const rules = signal<RoomNews | undefined>(undefined);
  const showsNames = (person: number) =>
    rules.value === undefined ||
    (rules.value.settings.names === 'given' && !rules.value.nameless.includes(person));
  let tick = -1;

  function addPeople(persons: readonly Person[], from: ReadonlyMap<number, string>) {
    const named = persons.map(entryOf);
    people.value = new Map([...from, ...named]);
    knownNames.value = new Map([...knownNames.value, ...named]);
  }

  function replaceRoom(snapshot: Snapshot, persons: readonly Person[]) {
    tick = snapshot.tick;
    page.value = snapshot.page;
    pages.value = snapshot.pages;
    addPeople(persons, new Map());
    if (snapshot.absent) knownNames.value = new Map([...knownNames.value, ...snapshot.absent.map(entryOf)]);
    byNumber.value = new Map(
      snapshot.tiles.map(tile => [tile.tile, updated(byNumber.value.get(tile.tile), tile)]),
    );
    events.value++;
  }

  /** Applies the parts of a frame in the order in which the protocol lists them. */
  function apply(frame: Frame) {
    if (frame.tick <= tick) return;
    tick = frame.tick;
    if (frame.came) addPeople(frame.came, people.value);
    if (frame.left) {
      const here = new Map(people.value);
      for (const person of frame.left) here.delete(person);
      people.value = here;
    }
    if (frame.begun) {
      byNumber.value = new Map([
        ...byNumber.value,
        ...frame.begun.map(([tile, drawing, person]): [number, RoomTile] => [
          tile,
          tileFrom({ tile, drawing, person, ink: [] }),
        ]),
      ]);
    }
    const tileAt = (tile: number) => byNumber.value.get(tile);
    for (const growth of unpackAppends(frame.ink ?? '')) grow(tileAt(growth.tile), growth);
    for (const [tile, strokes] of frame.redrawn ?? []) {
      const redrawn = tileAt(tile);
      if (redrawn === undefined) continue;
      redrawn.ink.value = { strokes: strokes.map(unpackInk), redrawn: redrawn.ink.value.redrawn + 1 };
    }
    const reread = new Map(frame.reread);
    for (const [tile, guess] of frame.guesses ?? []) {
      set(tileAt(tile)?.guess, unpackDistribution(guess));
      set(tileAt(tile)?.was, unpacked(reread.get(tile)));
    }
    for (const [tile, digit] of frame.labelled ?? []) set(tileAt(tile)?.label, digit);
    for (const tile of frame.unlabelled ?? []) set(tileAt(tile)?.label, undefined);
    for (const tile of frame.finished ?? []) set(tileAt(tile)?.finished, true);
    if (frame.gone) {
      const left = new Map(byNumber.value);
      for (const tile of frame.gone) left.delete(tile);
      byNumber.value = left;
    }
    if (frame.pages !== undefined) pages.value = frame.pages;
    if (frame.labelled || frame.unlabelled || frame.finished) events.value++;
  }

  const stops = [
    connection.listen('welcome', welcome =>
      batch(() => {
        name.value = welcome.room;
        you.value = welcome.you;
        model.value = welcome.model;
        joinOffer.value = { origin: welcome.origin, originGuessed: welcome.originGuessed };
        knownNames.value = new Map();
        rules.value = undefined;
        replaceRoom(welcome.snapshot, welcome.people);
      }),
    ),
    connection.listen('snapshot', snapshot => batch(() => replaceRoom(snapshot, snapshot.people))),
    connection.listen('frame', frame => batch(() => apply(frame))),
    connection.listen('room', news => {
      rules.value = news;
    }),
    connection.listen('model', next => {
      if ('version' in next) model.value = next;
    }),
    connection.listen('reread', () => {
      events.value++;
    }),
  ];

  return {
    name,
    you,
    people,
    tiles,
    page,
    pages,
    model,
    joinOffer,
    events,
    tileOf: drawing => tiles.value.find(tile => tile.drawing === drawing),
    // Of people who left, only names that the room still shows.
    nameOf: person =>
      people.value.get(person) ?? (showsNames(person) ? (knownNames.value.get(person) ?? '') : ''),
    stop() {
      for (const stop of stops) stop();
    },
  };
}

const entryOf = ({ person, name }: Person): [number, string] => [person, name];

const unpacked = (packed: string | undefined) =>
  packed === undefined ? undefined : unpackDistribution(packed);

function tileFrom({ tile, drawing, person, ...rest }: TileHead & Omit<Tile, keyof TileHead>): RoomTile {
  return {
    tile,
    drawing,
    person,
    ink: signal({ strokes: rest.ink.map(unpackInk), redrawn: 0 }),
    guess: signal(unpacked(rest.guess)),
    was: signal(unpacked(rest.was)),
    label: signal(rest.label),
    finished: signal(rest.finished === true),
  };
}

/** Keeps the tile object of the same drawing, so that the mounted canvas goes on. */
function updated(shown: RoomTile | undefined, tile: Tile): RoomTile {
  if (shown === undefined || shown.drawing !== tile.drawing) return tileFrom(tile);
  shown.ink.value = { strokes: tile.ink.map(unpackInk), redrawn: shown.ink.value.redrawn + 1 };
  shown.guess.value = unpacked(tile.guess);
  shown.was.value = unpacked(tile.was);
  shown.label.value = tile.label;
  shown.finished.value = tile.finished === true;
  return shown;
}

function grow(tile: RoomTile | undefined, { stroke, differences }: InkAppend) {
  if (tile === undefined) return;
  const { strokes, redrawn } = tile.ink.value;
  const known = strokes[stroke];
  // Grows in place: a tile's ink grows thirty times a second, and only its signal has to change.
  const grown = growStroke(known ?? [], differences);
  tile.ink.value = { strokes: known === undefined ? [...strokes, grown] : strokes, redrawn };
}

function set<Value>(part: Signal<Value> | undefined, value: Value) {
  if (part !== undefined) part.value = value;
}
