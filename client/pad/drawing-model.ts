import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { applyEdit, type Drawing, emptyDrawing, type Stroke } from '../../shared/drawing.ts';
import type { Guess, Opinion } from '../../shared/protocol.ts';
import type { KeyValueStore } from '../browser/storage.ts';
import { refusalText } from '../language/refusal-text.ts';
import type { Connection } from '../net/connection.ts';
import { isTransient } from '../net/retry.ts';
import { createDrawingPredictions, type ShownPredictions } from './drawing-predictions.ts';
import { createPendingPoints, type Piece } from './pending-points.ts';
import type { PredictionSample } from './reading.ts';
import { restoreDrawing } from './restore-drawing.ts';

/** Each edit makes a new object; `redrawn` counts the edits that removed ink. */
export interface Ink {
  strokes: readonly Stroke[];
  redrawn: number;
}

/** A copy of the drawing at one time, for storage, labels and `finish`. */
export interface DrawingSnapshot {
  drawing: string;
  seq: number;
  strokes: number[][];
}

export interface DrawingModel {
  readonly id: ReadonlySignal<string>;
  readonly ink: ReadonlySignal<Ink>;
  readonly blank: ReadonlySignal<boolean>;
  /** The newest prediction of this drawing. */
  readonly guess: ReadonlySignal<Guess | undefined>;
  /** The newest second opinion, perhaps of an earlier state. */
  readonly opinion: ReadonlySignal<Opinion | undefined>;
  readonly history: ReadonlySignal<readonly PredictionSample[]>;
  /** The drawing has reached the maximum number of points. */
  readonly full: ReadonlySignal<boolean>;
  /** There is a stroke to take back, or a cleared drawing. */
  readonly undoable: ReadonlySignal<boolean>;
  penDown(x: number, y: number): void;
  /** Flat points, oldest first. */
  penMove(points: readonly number[]): void;
  penUp(): void;
  /** Removes the stroke being drawn: it was a palm, or the first finger of two. */
  penCancel(): void;
  /** Takes the last stroke back; on a blank pad, restores the drawing that `next` cleared last. */
  undo(): void;
  /** Sends the whole drawing: the server has refused some of its ink. */
  resend(): void;
  snapshot(): DrawingSnapshot;
  /** Records that the drawing has a label now, and returns its snapshot. */
  markLabelled(): DrawingSnapshot;
  /** Records that the drawing has no label any more, and returns its snapshot. */
  markUnlabelled(): DrawingSnapshot;
  /** Continues with the same ink under a new id: another tab owns the drawing. */
  fork(): void;
  /** Returns the drawing's snapshot and starts a new drawing. */
  next(): DrawingSnapshot;
  /** Takes the drawing off the pad if it is there; `undo` restores no cleared drawing. */
  forget(drawing: string): void;
  save(): void;
  stop(): void;
}

export interface DrawingParts {
  connection: Connection;
  /** The room's tile of a drawing. */
  tileOf(drawing: string): { finished: boolean; guess: number[] | undefined } | undefined;
  store: KeyValueStore;
  makeId(): string;
  /** Runs `flush` in the next animation frame. */
  schedule(flush: () => void): void;
  wait(ms: number): Promise<void>;
  /** Finishes a labelled drawing whose ink was all undone, with the ink that it had when it was labelled. */
  finishLabelled(snapshot: DrawingSnapshot): void;
  /** Drops the end of a drawing that waits to be sent; false if the server may know that the drawing has ended. */
  unfinish(drawing: string): boolean;
  notify(message: string): void;
}

/** A drawing that `next` took off the pad. */
interface ClearedDrawing {
  snapshot: DrawingSnapshot;
  predictions: ShownPredictions;
}

const key = 'current';
const framesPerSave = 30; // a crash loses at most half a second of ink
const retryMs = 1000;

export function createDrawingModel(parts: DrawingParts): DrawingModel {
  const { connection, tileOf, store, makeId, schedule, wait, finishLabelled, unfinish, notify } = parts;
  const restored = restoreDrawing(store.read(key));
  let drawing: Drawing = restored?.drawing ?? emptyDrawing();
  const id = signal(restored?.id ?? makeId());
  /** The ink at the time of the newest label. */
  let labelledInk = restored?.labelled;
  const ink = signal<Ink>({ strokes: drawing.strokes, redrawn: 0 });
  const predictions = createDrawingPredictions({
    connection,
    tileOf,
    id,
    drawn: () => ({ points: drawing.points, strokes: drawing.strokes.length }),
  });
  const pending = createPendingPoints(schedule, flush);
  const full = signal(false);
  const cleared = signal<ClearedDrawing | undefined>(undefined);
  let penIsDown = false;
  let frames = 0;
  let resends = 0;

  function publish(redrawn = ink.value.redrawn) {
    ink.value = { strokes: drawing.strokes, redrawn };
  }

  /** Runs once a frame: applies, paints and sends the pending points as edits. */
  function flush() {
    const pieces = pending.take();
    if (pieces.length === 0) return;
    batch(() => {
      if (tileOf(id.value)?.finished) continueUnderNewId();
      pieces.forEach((piece, i) => {
        const next = pieces[i + 1];
        append(piece, { lifted: next === undefined ? !penIsDown : next.begins });
      });
      publish();
    });
    if (++frames % framesPerSave === 0) save();
  }

  function append({ begins, points }: Piece, { lifted }: { lifted: boolean }) {
    if (full.value) return;
    const stroke = drawing.strokes.length - (begins ? 0 : 1);
    const offset = (drawing.strokes[stroke]?.length ?? 0) / 2;
    const edit = { seq: drawing.seq + 1, stroke, offset, points };
    if (applyEdit(drawing, edit) === 'applied') {
      connection.draw({ drawing: id.value, ...edit, ...(lifted && { lifted }) });
    } else {
      full.value = true;
      penIsDown = false;
      sendLift();
    }
  }

  /** Sends that the pen is up, when all points of the stroke are sent. */
  function sendLift() {
    const stroke = drawing.strokes.length - 1;
    if (stroke < 0) return;
    const { seq, strokes } = drawing;
    const offset = strokes[stroke].length / 2;
    connection.draw({ drawing: id.value, seq, stroke, offset, points: [], lifted: true });
  }

  function rename() {
    id.value = makeId();
    labelledInk = undefined;
  }

  /** Starts the next drawing. */
  function startNew() {
    penIsDown = false;
    resends++;
    drawing = emptyDrawing();
    batch(() => {
      rename();
      predictions.clear();
      full.value = false;
      publish(ink.value.redrawn + 1);
    });
    save();
  }

  function replace(strokes: readonly (readonly number[])[]) {
    if (strokes.length === 0 && labelledInk !== undefined) {
      const snapshot = { drawing: id.value, seq: drawing.seq + 1, strokes: labelledInk };
      startNew();
      finishLabelled(snapshot);
      return;
    }
    if (tileOf(id.value)?.finished) rename();
    applyEdit(drawing, { seq: drawing.seq + 1, strokes });
    batch(() => {
      full.value = false;
      publish(ink.value.redrawn + 1);
      if (strokes.length === 0) predictions.clear();
    });
    save();
    void resend();
  }

  /** Restores the ink under the pad's id, because its own has ended; under its own if the server does not know so. */
  function restore({ snapshot, predictions: shown }: ClearedDrawing) {
    if (unfinish(snapshot.drawing)) id.value = snapshot.drawing;
    drawing.seq = Math.max(drawing.seq, snapshot.seq);
    batch(() => {
      cleared.value = undefined;
      replace(snapshot.strokes);
      predictions.restore(shown);
    });
  }

  /** The server has finished this drawing, but the person draws on. */
  function continueUnderNewId() {
    rename();
    predictions.clearGuess();
    if (drawing.points > 0) void resend();
  }

  /** Sends the whole drawing until the server accepts it or a newer resend starts. */
  async function resend() {
    const own = ++resends;
    let renamed = false;
    for (;;) {
      // Uses a new seq each time: the server would refuse a repeated one as stale.
      applyEdit(drawing, { seq: drawing.seq + 1, strokes: drawing.strokes });
      publish();
      const answer = await connection.redraw({
        drawing: id.value,
        seq: drawing.seq,
        strokes: drawing.strokes,
      });
      if (own !== resends) return;
      if (answer.ok && !penIsDown) sendLift();
      if (answer.ok || connection.link.value.state !== 'live') return;
      if (isTransient(answer)) {
        await wait(answer.retryAfterMs ?? retryMs);
        if (own !== resends) return;
      } else if (answer.reason === 'not_found') {
        // The drawing was deleted: a new id would put its ink back on the wall.
        startNew();
        notify(refusalText(answer));
        return;
      } else if (renamed || answer.reason === 'too_large') {
        notify(refusalText(answer));
        return;
      } else {
        // The drawing belongs to another session or is finished: continue under a new id.
        renamed = true;
        rename();
      }
    }
  }

  function save() {
    const { seq, strokes } = drawing;
    store.write(key, { id: id.value, seq, strokes, labelled: labelledInk });
  }

  const stops = [
    connection.listen('welcome', () => {
      const tile = tileOf(id.value);
      flush();
      if (drawing.points > 0 && !tile?.finished) void resend();
    }),
    connection.listen('resend', request => {
      if (request.drawing === id.value) void resend();
    }),
  ];

  const snapshot = () => ({
    drawing: id.value,
    seq: drawing.seq,
    strokes: drawing.strokes.map(stroke => [...stroke]),
  });

  return {
    id,
    ink,
    blank: computed(() => ink.value.strokes.length === 0),
    guess: predictions.guess,
    opinion: predictions.opinion,
    history: predictions.history,
    full,
    undoable: computed(() => ink.value.strokes.length > 0 || cleared.value !== undefined),
    penDown(x, y) {
      if (full.value) return;
      penIsDown = true;
      pending.add({ begins: true, points: [x, y] });
    },
    penMove(points) {
      if (penIsDown && points.length > 0) pending.add({ begins: false, points });
    },
    penUp() {
      if (!penIsDown) return;
      penIsDown = false;
      if (!pending.isEmpty()) flush();
      else sendLift();
      save();
    },
    penCancel() {
      if (!penIsDown) return;
      penIsDown = false;
      flush();
      replace(drawing.strokes.slice(0, -1));
    },
    undo() {
      penIsDown = false;
      flush();
      if (drawing.strokes.length > 0) replace(drawing.strokes.slice(0, -1));
      else if (cleared.value !== undefined) restore(cleared.value);
    },
    resend() {
      flush();
      if (drawing.points > 0) void resend();
    },
    snapshot() {
      flush();
      return snapshot();
    },
    markLabelled() {
      flush();
      const now = snapshot();
      labelledInk = now.strokes;
      save();
      return now;
    },
    markUnlabelled() {
      flush();
      labelledInk = undefined;
      save();
      return snapshot();
    },
    fork() {
      continueUnderNewId();
      save();
    },
    next() {
      flush();
      const finished = snapshot();
      if (finished.strokes.length > 0)
        cleared.value = { snapshot: finished, predictions: predictions.shown() };
      startNew();
      return finished;
    },
    forget(forgotten) {
      cleared.value = undefined;
      if (forgotten === id.value) startNew();
    },
    save() {
      flush();
      save();
    },
    stop() {
      predictions.stop();
      for (const stop of stops) stop();
    },
  };
}
