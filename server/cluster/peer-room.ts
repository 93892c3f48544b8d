import { unpackDistribution } from '../../shared/distribution.ts';
import { growStroke, unpackAppends, unpackInk } from '../../shared/ink.ts';
import { maxPointsPerDrawing, maxStrokesPerDrawing, padUnits } from '../../shared/limits.ts';
import { type DrawingStart, isOwn, type LiveDrawing, type RemoteDrawing } from '../drawing/live-drawing.ts';
import type { OwnPerson } from '../room/presence.ts';
import type { Room } from '../room/room.ts';
import type { RoomState, RoomTick } from './peer-messages.ts';

export interface RemoteRoomParts {
  node: string;
  room: Room;
  /** The author of one of our drawings continued it on that node. */
  onTakenOver(drawing: LiveDrawing): void;
}

interface Begun extends DrawingStart {
  id: string;
}

export type RemoteRoom = ReturnType<typeof createRemoteRoom>;

/** The local copy of another node's people and drawings in a room, under numbers of this node. */
export function createRemoteRoom({ node, room, onTakenOver }: RemoteRoomParts) {
  /** Numbers of this node by those of the other node. */
  const people = new Map<number, OwnPerson>();
  const tiles = new Map<number, RemoteDrawing>();
  let lastSequence: number | undefined;

  function addPerson({ person: theirs, name, namedAt, session }: OwnPerson) {
    const known = people.get(theirs);
    const naming = { name, namedAt };
    if (known?.session === session) {
      people.set(theirs, { ...known, ...naming });
      room.rename(session, naming);
      return;
    }
    if (known !== undefined) room.removeRemote(known.session);
    people.set(theirs, { person: room.addRemote(session, naming).person, session, ...naming });
  }

  function removePerson(person: number) {
    const known = people.get(person);
    if (known === undefined) return;
    people.delete(person);
    room.removeRemote(known.session);
  }

  /** A drawing id has one owner: the node where its author last started it. */
  function begin(tile: number, { id, author, begunAt }: Begun) {
    drop(tile);
    const known = room.find(id);
    if (known !== undefined && known.author !== author) return;
    // A late message describes a drawing that its author has since taken to another node.
    if (known !== undefined && known.begunAt > begunAt) return;
    if (known !== undefined) {
      room.dropped(known);
      if (isOwn(known)) onTakenOver(known);
    }
    const drawing: RemoteDrawing = {
      id,
      author,
      begunAt,
      person: room.numberOf(author),
      ...room.place(0),
      drawing: { strokes: [] },
      node,
      state: 'open',
    };
    tiles.set(tile, drawing);
    room.begun(drawing);
  }

  function redraw(drawing: RemoteDrawing | undefined, ink: readonly string[]) {
    if (drawing === undefined) return;
    const strokes = ink.map(unpackInk);
    for (const stroke of strokes) checkPoints(stroke);
    drawing.drawing.strokes.splice(0, Infinity, ...strokes);
    room.redrawn(drawing);
  }

  function grow(ink: string) {
    for (const { tile, stroke, differences } of unpackAppends(ink)) {
      const drawing = tiles.get(tile);
      if (drawing === undefined) continue;
      const { strokes } = drawing.drawing;
      if (stroke > strokes.length || stroke >= maxStrokesPerDrawing)
        throw new RangeError(`A drawing of ${strokes.length} strokes cannot grow at stroke ${stroke}.`);
      strokes[stroke] ??= [];
      const offset = strokes[stroke].length / 2;
      checkPoints(growStroke(strokes[stroke], differences), 2 * offset);
      room.inked(drawing, { stroke, offset });
    }
  }

  /** `was` is the prediction of the version before, if it differs. */
  function read(
    drawing: RemoteDrawing | undefined,
    { guess, was }: { guess: string; was?: string | undefined },
  ) {
    if (drawing === undefined) return;
    drawing.guess = {
      distribution: unpackDistribution(guess),
      ...(was !== undefined && { was: unpackDistribution(was) }),
    };
    room.guessed(drawing);
  }

  function label(drawing: RemoteDrawing | undefined, digit: number | undefined) {
    if (drawing === undefined || drawing.label === digit) return;
    drawing.label = digit;
    room.labelled(drawing);
  }

  function finish(drawing: RemoteDrawing | undefined) {
    if (drawing === undefined || drawing.state === 'finished') return;
    drawing.state = 'finished';
    room.finished(drawing);
  }

  function drop(tile: number) {
    const drawing = tiles.get(tile);
    tiles.delete(tile);
    if (drawing !== undefined) room.dropped(drawing);
  }

  return {
    /** Applies a tick. False if messages were missed and the whole state must be requested. */
    tick({ said: sequence, beginnings, changes }: RoomTick): boolean {
      if (lastSequence !== undefined && sequence <= lastSequence) return true;
      if (lastSequence === undefined || sequence !== lastSequence + 1) return false;
      lastSequence = sequence;
      for (const person of changes.came ?? []) addPerson(person);
      for (const person of changes.left ?? []) removePerson(person);
      for (const [i, [tile, id]] of (changes.begun ?? []).entries()) begin(tile, { id, ...beginnings[i] });
      grow(changes.ink ?? '');
      for (const [tile, ink] of changes.redrawn ?? []) redraw(tiles.get(tile), ink);
      const reread = new Map(changes.reread);
      for (const [tile, guess] of changes.guesses ?? [])
        read(tiles.get(tile), { guess, was: reread.get(tile) });
      for (const [tile, digit] of changes.labelled ?? []) label(tiles.get(tile), digit);
      for (const tile of changes.unlabelled ?? []) label(tiles.get(tile), undefined);
      for (const tile of changes.finished ?? []) finish(tiles.get(tile));
      for (const tile of changes.gone ?? []) drop(tile);
      return true;
    },
    /** Replaces the copy by the given state. */
    state(state: RoomState) {
      if (lastSequence !== undefined && state.said <= lastSequence) return;
      lastSequence = state.said;
      const here = new Set(state.people.map(({ person }) => person));
      const shown = new Map(state.tiles.map(tile => [tile.tile, tile]));
      for (const person of [...people.keys()]) if (!here.has(person)) removePerson(person);
      for (const [tile, drawing] of [...tiles])
        if (shown.get(tile)?.drawing !== drawing.id || room.find(drawing.id) !== drawing) drop(tile);
      state.people.forEach(addPerson);
      for (const [tile, { drawing: id, author, begunAt, ink, guess, was, label: digit, finished }] of shown) {
        if (!tiles.has(tile)) begin(tile, { id, author, begunAt });
        const drawing = tiles.get(tile);
        redraw(drawing, ink);
        if (guess !== undefined) read(drawing, { guess, was });
        label(drawing, digit);
        if (finished) finish(drawing);
      }
      for (const { session, name, namedAt } of state.absent) room.rename(session, { name, namedAt });
    },
    /** Whether a message up to `sequence` is missing here. */
    isBehind: (sequence: number) => lastSequence === undefined || lastSequence < sequence,
    /** Whether a message was applied that the node, now at `sequence`, cannot have sent. */
    isAhead: (sequence: number) => lastSequence !== undefined && lastSequence > sequence,
    /** Applies no tick before the next whole state, which replaces the copy whatever its number. */
    awaitState() {
      lastSequence = undefined;
    },
    /** Removes everybody and everything of a node that is gone. */
    clear() {
      for (const person of [...people.keys()]) removePerson(person);
      for (const tile of [...tiles.keys()]) drop(tile);
      lastSequence = undefined;
    },
  };
}

/** Throws RangeError if a coordinate from index `from` on is off the pad. */
function checkPoints(points: readonly number[], from = 0) {
  if (points.length % 2 !== 0 || points.length > 2 * maxPointsPerDrawing)
    throw new RangeError(`A stroke cannot have ${points.length} coordinates.`);
  for (let i = from; i < points.length; i++)
    if (!(points[i] >= 0 && points[i] < padUnits)) throw new RangeError(`The pad has no ${points[i]}.`);
}
