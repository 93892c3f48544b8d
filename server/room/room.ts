import { openPerPage } from '../../shared/limits.ts';
import type { Frame, Person, Snapshot, Tile } from '../../shared/protocol.ts';
import {
  type DrawingRoom,
  type DrawingStart,
  isOwn,
  type LiveDrawing,
  type WallDrawing,
} from '../drawing/live-drawing.ts';
import { type Changes, createFrameBuilder, type FrameBuilder } from './frame-builder.ts';
import { createPresence, type Naming, type OwnPerson } from './presence.ts';
import { openRules, type RoomRules, shownName, type Veil, veilOf } from './room-rules.ts';
import { createWallPage, tileOf, type WallPage } from './wall-page.ts';

export interface Room extends DrawingRoom {
  /** Connects a session. An empty name removes the previous one; an absent name keeps it. */
  connect(session: string, name?: string): Person;
  disconnect(session: string): void;
  /** Another node has the person, and calls `removeRemote` later. */
  addRemote(session: string, naming: Naming): Person;
  /** Another node reports the name of a person who is known here. */
  rename(session: string, naming: Naming): void;
  removeRemote(session: string): void;
  /** The number of a person who drew something, present or absent. */
  numberOf(session: string): number;
  people(): Person[];
  /** Everybody who is listed or may return, under the name that they gave. */
  known(): OwnPerson[];
  /** The session of a person of that number, who is here or may return. */
  sessionOf(person: number): string | undefined;
  /** Applies the rules of a host: names and veils change in the next frame. */
  setRules(rules: RoomRules): void;
  /** The drawings that are off the wall, and why. */
  veiled(): { drawing: WallDrawing; veil: Veil }[];
  drawings(): WallDrawing[];
  /** The existing page nearest to the requested one. */
  nearestPage(page: number): number;
  snapshot(page: number): Snapshot;
  /** Number of the tick at which new subscribers receive their snapshot. */
  nextTick(): number;
  /** The changes since the last frames, as one frame for each page that changed. */
  buildFrames(): { page: number; frame: Frame }[];
  /** Whether changes wait that neither a frame nor a message to other nodes contained. */
  pending(): boolean;
  /** Starts or stops the collection of changes for `takeOwnChanges`. */
  exportState(shared: boolean): void;
  /**
   * Changes of this node's people and drawings since the last call; `beginnings` has the starts of its new drawings,
   * in the same order.
   */
  takeOwnChanges(): { changes: Changes<OwnPerson>; beginnings: DrawingStart[] } | undefined;
  /** This node's people and drawings; `absent` are those who drew these and have left. */
  own(): { people: OwnPerson[]; absent: OwnPerson[]; tiles: (Tile & DrawingStart)[] };
  /** Ages absent people. Returns the drawings whose authors will not return. */
  sweep(): LiveDrawing[];
  /** Whether no person of this node is present or may return. */
  empty(): boolean;
  /** Takes all drawings off the wall. Returns those of this node. */
  clear(): LiveDrawing[];
}

export interface RoomParts {
  name: string;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Milliseconds of the era. */
  date?(): number;
  /** A host's decisions; none if absent. */
  rules?: RoomRules;
  /** A change is pending for the next frame. */
  onChanged(): void;
  /** A finished drawing of this node was evicted from the wall. */
  onEvicted(drawing: LiveDrawing): void;
}

const beginningOf = (drawing: WallDrawing | undefined): DrawingStart => ({
  author: drawing?.author ?? '',
  begunAt: drawing?.begunAt ?? 0,
});

/** The state of a room and its pending frames; independent of sockets, timers and other nodes. */
export function createRoom(parts: RoomParts): Room {
  const { name, now, date = Date.now, onChanged, onEvicted } = parts;
  let rules = parts.rules ?? openRules;
  /** Joined and left people, sent on every page. */
  const news = createFrameBuilder(now);
  let toNodes: FrameBuilder<OwnPerson> | undefined;
  const members = createPresence({
    now,
    date,
    shownName: person => shownName(rules, person),
    room: {
      came(person) {
        news.came(person);
        onChanged();
      },
      left(person) {
        news.left(person);
        onChanged();
      },
    },
    nodes: {
      came(person) {
        toNodes?.came(person);
        onChanged();
      },
      left(person) {
        toNodes?.left(person);
        onChanged();
      },
    },
  });
  let pages: WallPage[] = [newPage()];
  let lastTile = 0;
  let tick = 0;
  let sentPages = 1;

  function newPage() {
    return createWallPage({
      now,
      onChanged(drawing, change) {
        if (toNodes !== undefined && isOwn(drawing)) change(toNodes);
        onChanged();
      },
      isVeiled: drawing => veilOf(rules, drawing) !== undefined,
      onEvicted,
    });
  }

  const nearestPage = (page: number) => Math.min(page, pages.length - 1);
  const all = () => pages.flatMap(page => page.drawings());
  const allOwn = () => all().filter(isOwn);
  /** A linear search: a room has few pages, and each finds a drawing by its id. */
  function find(drawing: string): WallDrawing | undefined {
    for (const page of pages) {
      const found = page.find(drawing);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  /**
   * Number of visible pages: up to the last non-empty one. Pages are never removed, since viewers of a removed page
   * would get no more frames.
   */
  const shown = () =>
    1 +
    Math.max(
      0,
      pages.findLastIndex(page => page.size() > 0),
    );

  return {
    name,
    connect: members.connect,
    disconnect: members.disconnect,
    addRemote: members.addRemote,
    rename: members.rename,
    removeRemote: members.removeRemote,
    numberOf: members.numberOf,
    people: members.people,
    known: members.known,
    sessionOf: members.sessionOf,
    setRules(next) {
      const before = rules;
      rules = next;
      members.reviewNames(person => shownName(before, person));
      for (const page of pages) page.reviewVeils();
      onChanged();
    },
    veiled: () =>
      all().flatMap(drawing => {
        const veil = veilOf(rules, drawing);
        return veil === undefined ? [] : [{ drawing, veil }];
      }),
    drawings: all,
    place(preferred) {
      const open = pages.map(page => page.open());
      const needed = Math.ceil((open.reduce((sum, count) => sum + count, 0) + 1) / openPerPage);
      const stays = preferred < needed && (open[preferred] ?? 0) < openPerPage;
      const free = open.findIndex(count => count < openPerPage);
      const page = stays ? preferred : free >= 0 ? free : pages.length;
      while (pages.length <= page) pages.push(newPage());
      return { tile: ++lastTile, page };
    },
    begun: drawing => pages[drawing.page].begun(drawing),
    inked: (drawing, appended) => pages[drawing.page].inked(drawing, appended),
    redrawn: drawing => pages[drawing.page].redrawn(drawing),
    guessed: drawing => pages[drawing.page].guessed(drawing),
    labelled: drawing => pages[drawing.page].labelled(drawing),
    finished: drawing => pages[drawing.page].finished(drawing),
    dropped: drawing => pages[drawing.page].dropped(drawing),
    find,
    nearestPage,
    snapshot(requested) {
      const page = nearestPage(requested);
      const tiles = pages[page].tiles();
      const absent = members.absent(new Set(tiles.map(({ person }) => person)));
      return { tick, page, pages: shown(), tiles, ...(absent.length > 0 && { absent }) };
    },
    nextTick: () => ++tick,
    buildFrames() {
      const people = news.take();
      const count = shown();
      const pageCount = count === sentPages ? {} : { pages: count };
      sentPages = count;
      const frames = pages
        .map((page, number) => ({
          page: number,
          frame: { tick: tick + 1, ...people, ...page.takeChanges(), ...pageCount },
        }))
        .filter(({ frame }) => Object.keys(frame).length > 1);
      if (frames.length > 0) tick++;
      return frames;
    },
    pending: () => toNodes?.waiting() === true || pages.some(page => page.pending()),
    exportState(shared) {
      toNodes = shared ? (toNodes ?? createFrameBuilder(now)) : undefined;
    },
    takeOwnChanges() {
      const changes = toNodes?.take();
      if (changes === undefined) return undefined;
      const beginnings = (changes.begun ?? []).map(([, id]) => beginningOf(find(id)));
      return { changes, beginnings };
    },
    own: () => ({
      people: members.own(),
      absent: members.ownAbsent(new Set(allOwn().map(({ author }) => author))),
      tiles: allOwn().map(live => ({ ...tileOf(live), ...beginningOf(live) })),
    }),
    sweep() {
      const over = new Set(members.sweep(new Set(all().map(({ author }) => author))));
      if (over.size === 0) return [];
      return allOwn().filter(({ author, state }) => over.has(author) && state === 'open');
    },
    empty: members.empty,
    clear() {
      const drawings = allOwn();
      pages = pages.map(newPage);
      return drawings;
    },
  };
}
