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
import { createWallPage, tileOf, type WallPage } from './wall-page.ts';

export interface Room extends DrawingRoom {
  /** An empty name takes off the one that was; without a word on it, that one stays. */
  connect(session: string, name?: string): Person;
  disconnect(session: string): void;
  /** Another node has somebody, and says when not any more. */
  addRemote(session: string, naming: Naming): Person;
  /** Another node says what somebody it has is called now. */
  rename(session: string, naming: Naming): void;
  removeRemote(session: string): void;
  /** The number of somebody who drew something, whether or not they are here. */
  numberOf(session: string): number;
  people(): Person[];
  /** A page that is not there is shown as the nearest one that is. */
  nearestPage(page: number): number;
  snapshot(page: number): Snapshot;
  /** The number of a tick in which some are told of what hangs there already. */
  nextTick(): number;
  /** What changed since the last frames, as one for each page where something did. */
  buildFrames(): { page: number; frame: Frame }[];
  /** Changes are waiting that the last frames, or what other nodes heard, did not carry. */
  pending(): boolean;
  /** From now on `takeOwn` collects what other nodes have to hear; or no longer. */
  exportState(shared: boolean): void;
  /** What changed among our own people and drawings since it was taken last; `beginnings` of what was begun, in that order. */
  takeOwnChanges(): { changes: Changes<OwnPerson>; beginnings: DrawingStart[] } | undefined;
  /** Our own people and drawings. */
  own(): { people: OwnPerson[]; tiles: (Tile & DrawingStart)[] };
  /** Ages the absent. Returns the drawings nobody will come back to. */
  sweep(): LiveDrawing[];
  /** Nobody of ours is here, or may still come back. */
  empty(): boolean;
  /** Takes every drawing off the wall. Returns ours. */
  clear(): LiveDrawing[];
}

export interface RoomParts {
  name: string;
  /** Milliseconds, monotonic. */
  now(): number;
  /** Milliseconds of the era. */
  date?(): number;
  /** Something changed that a frame should carry. */
  onChanged(): void;
  /** A finished drawing of ours had to make place. */
  onEvicted(drawing: LiveDrawing): void;
}

const beginningOf = (drawing: WallDrawing | undefined): DrawingStart => ({
  author: drawing?.author ?? '',
  begunAt: drawing?.begunAt ?? 0,
});

/** What a room is and what its next frames will say; knows neither sockets nor timers nor other nodes. */
export function createRoom({ name, now, date = Date.now, onChanged, onEvicted }: RoomParts): Room {
  /** Who came and left, told on every page. */
  const news = createFrameBuilder(now);
  let toNodes: FrameBuilder<OwnPerson> | undefined;
  const members = createPresence({
    now,
    date,
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
  let toldPages = 1;

  function newPage() {
    return createWallPage({
      now,
      onChanged(drawing, change) {
        if (toNodes !== undefined && isOwn(drawing)) change(toNodes);
        onChanged();
      },
      onEvicted,
    });
  }

  const nearestPage = (page: number) => Math.min(page, pages.length - 1);
  const all = () => pages.flatMap(page => page.drawings());
  const allOwn = () => all().filter(isOwn);
  /** A room has few pages; each finds a drawing by its id. */
  function find(drawing: string): WallDrawing | undefined {
    for (const page of pages) {
      const found = page.find(drawing);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  /** Up to the last one with a drawing; pages are never taken away, who looks at one would hear nothing more. */
  const shown = () =>
    1 +
    Math.max(
      0,
      pages.findLastIndex(page => page.size() > 0),
    );

  return {
    name,
    connect: members.enter,
    disconnect: members.leave,
    addRemote: members.admit,
    rename: members.rename,
    removeRemote: members.expel,
    numberOf: members.numberOf,
    people: members.people,
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
    snapshot(asked) {
      const page = nearestPage(asked);
      return { tick, page, pages: shown(), tiles: pages[page].tiles() };
    },
    nextTick: () => ++tick,
    buildFrames() {
      const people = news.take();
      const count = shown();
      const told = count === toldPages ? {} : { pages: count };
      toldPages = count;
      const frames = pages
        .map((page, number) => ({
          page: number,
          frame: { tick: tick + 1, ...people, ...page.takeChanges(), ...told },
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
      tiles: allOwn().map(live => ({ ...tileOf(live), ...beginningOf(live) })),
    }),
    sweep() {
      const over = new Set(members.sweep());
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
