import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import { applyEdit, type Drawing, emptyDrawing, type Stroke } from '../../shared/drawing.ts';
import { maxPointsPerDraw } from '../../shared/limits.ts';
import type { Guess } from '../../shared/protocol.ts';
import type { KeyValueStore } from '../browser/storage.ts';
import type { Connection } from '../net/connection.ts';
import { isTransient } from '../net/retry.ts';
import { addSample, type PredictionSample } from './reading.ts';
import { restoreDrawing } from './restore-drawing.ts';

/** The ink as it is now. A new object with every edit; `redrawn` counts the edits that took ink away. */
export interface Ink {
  strokes: readonly Stroke[];
  redrawn: number;
}

/** A drawing as others need it: to keep, to label, to finish. */
export interface Done {
  drawing: string;
  seq: number;
  strokes: number[][];
}

export interface DrawingModel {
  readonly id: ReadonlySignal<string>;
  readonly ink: ReadonlySignal<Ink>;
  readonly blank: ReadonlySignal<boolean>;
  /** The newest guess about this drawing. */
  readonly guess: ReadonlySignal<Guess | undefined>;
  readonly moments: ReadonlySignal<readonly PredictionSample[]>;
  /** The drawing holds as much ink as one may. */
  readonly full: ReadonlySignal<boolean>;
  penDown(x: number, y: number): void;
  /** Flat points, oldest first. */
  penMove(points: readonly number[]): void;
  penUp(): void;
  /** Takes back the stroke being drawn: it was a palm, or the first finger of two. */
  penCancel(): void;
  undo(): void;
  done(): Done;
  /** What is on the pad, which has a label from now on. */
  labelled(): Done;
  /** Goes on with the same ink as a drawing of its own: another tab has this one. */
  fork(): void;
  /** Hands over the drawing and begins a new one. */
  next(): Done;
  save(): void;
  stop(): void;
}

export interface DrawingParts {
  connection: Connection;
  /** What the room shows of a drawing. */
  tileOf(drawing: string): { finished: boolean; guess: number[] | undefined } | undefined;
  shelf: KeyValueStore;
  makeId(): string;
  /** Runs `flush` in the next animation frame. */
  schedule(flush: () => void): void;
  wait(ms: number): Promise<void>;
  /** All ink of a labelled drawing was taken back. It is to be finished as it was when it was labelled, which is given. */
  takenBack(done: Done): void;
  notify(message: string): void;
}

const key = 'current';
const framesPerSave = 30; // half a second of ink may be missing after a crash
const retryMs = 1000;

export function createDrawingModel(parts: DrawingParts): DrawingModel {
  const { connection, tileOf, shelf, makeId, schedule, wait, takenBack, notify } = parts;
  const kept = restoreDrawing(shelf.read(key));
  let drawing: Drawing = kept?.drawing ?? emptyDrawing();
  const id = signal(kept?.id ?? makeId());
  /** The ink when the newest label was said. */
  let labelledInk = kept?.labelled;
  const ink = signal<Ink>({ strokes: drawing.strokes, redrawn: 0 });
  const guess = signal<Guess | undefined>(undefined);
  const moments = signal<readonly PredictionSample[]>([]);
  const full = signal(false);
  let penIsDown = false;
  let waiting: { begins: boolean; points: number[] }[] = [];
  let scheduled = false;
  let frames = 0;
  let resends = 0;

  function publish(redrawn = ink.value.redrawn) {
    ink.value = { strokes: drawing.strokes, redrawn };
  }

  function add(begins: boolean, points: readonly number[]) {
    const last = waiting.at(-1);
    if (begins || last === undefined) waiting.push({ begins, points: [...points] });
    else last.points.push(...points);
    if (scheduled) return;
    scheduled = true;
    schedule(flush);
  }

  /** One frame: every waiting point becomes an edit, is applied here, painted and sent. */
  function flush() {
    scheduled = false;
    if (waiting.length === 0) return;
    const pieces = waiting;
    waiting = [];
    batch(() => {
      if (tileOf(id.value)?.finished) carryOn();
      for (const { begins, points } of pieces) {
        let stroke = drawing.strokes.length - (begins ? 0 : 1);
        for (let from = 0; from < points.length && !full.value; from += 2 * maxPointsPerDraw) {
          append(stroke, points.slice(from, from + 2 * maxPointsPerDraw));
          stroke = drawing.strokes.length - 1;
        }
      }
      publish();
    });
    if (++frames % framesPerSave === 0) save();
  }

  function append(stroke: number, points: number[]) {
    const offset = (drawing.strokes[stroke]?.length ?? 0) / 2;
    const edit = { seq: drawing.seq + 1, stroke, offset, points };
    if (applyEdit(drawing, edit) === 'applied') {
      connection.draw({ drawing: id.value, ...edit });
    } else {
      full.value = true;
      penIsDown = false;
    }
  }

  function rename() {
    id.value = makeId();
    labelledInk = undefined;
  }

  /** The next drawing. */
  function begin() {
    penIsDown = false;
    resends++;
    drawing = emptyDrawing();
    batch(() => {
      rename();
      guess.value = undefined;
      moments.value = [];
      full.value = false;
      publish(ink.value.redrawn + 1);
    });
    save();
  }

  function replace(strokes: readonly (readonly number[])[]) {
    if (strokes.length === 0 && labelledInk !== undefined) {
      const done = { drawing: id.value, seq: drawing.seq + 1, strokes: labelledInk };
      begin();
      takenBack(done);
      return;
    }
    if (tileOf(id.value)?.finished) rename();
    applyEdit(drawing, { seq: drawing.seq + 1, strokes });
    batch(() => {
      full.value = false;
      publish(ink.value.redrawn + 1);
      if (strokes.length === 0) {
        guess.value = undefined;
        moments.value = [];
      }
    });
    save();
    void resend();
  }

  /** The server is done with this drawing, the hand is not: the same ink under a new id. */
  function carryOn() {
    rename();
    guess.value = undefined;
    if (drawing.points > 0) void resend();
  }

  /** Says the whole drawing, until the server has it or something newer was said. */
  async function resend() {
    const turn = ++resends;
    let renamed = false;
    for (;;) {
      // A new number each time: the server may have seen this one already and would call it stale.
      applyEdit(drawing, { seq: drawing.seq + 1, strokes: drawing.strokes });
      publish();
      const answer = await connection.redraw({
        drawing: id.value,
        seq: drawing.seq,
        strokes: drawing.strokes,
      });
      if (answer.ok || turn !== resends || connection.link.value.state !== 'live') return;
      if (isTransient(answer)) {
        await wait(answer.retryAfterMs ?? retryMs);
        if (turn !== resends) return;
      } else if (answer.reason === 'not_found') {
        // Deleted for good: under a new id the ink would be back on the wall.
        begin();
        notify(answer.message);
        return;
      } else if (renamed || answer.reason === 'too_large') {
        notify(answer.message);
        return;
      } else {
        // Another session's drawing, or one the server is done with: the ink goes on under a new id.
        renamed = true;
        rename();
      }
    }
  }

  function save() {
    const { seq, strokes } = drawing;
    shelf.write(key, { id: id.value, seq, strokes, labelled: labelledInk });
  }

  const stops = [
    connection.listen('welcome', () => {
      const tile = tileOf(id.value);
      if (guess.value === undefined && tile?.guess !== undefined) {
        guess.value = { drawing: id.value, seq: -1, model: '', probabilities: tile.guess };
      }
      flush();
      if (drawing.points > 0 && !tile?.finished) void resend();
    }),
    connection.listen('resend', asked => {
      if (asked.drawing === id.value) void resend();
    }),
    connection.listen('guess', next => {
      if (next.drawing !== id.value || drawing.points === 0) return;
      if (guess.value !== undefined && next.seq < guess.value.seq) return;
      batch(() => {
        guess.value = next;
        moments.value = addSample(moments.value, {
          probabilities: next.probabilities,
          strokes: drawing.strokes.length,
        });
      });
    }),
  ];

  const done = () => ({
    drawing: id.value,
    seq: drawing.seq,
    strokes: drawing.strokes.map(stroke => [...stroke]),
  });

  return {
    id,
    ink,
    blank: computed(() => ink.value.strokes.length === 0),
    guess,
    moments,
    full,
    penDown(x, y) {
      if (full.value) return;
      penIsDown = true;
      add(true, [x, y]);
    },
    penMove(points) {
      if (penIsDown && points.length > 0) add(false, points);
    },
    penUp() {
      if (!penIsDown) return;
      penIsDown = false;
      flush();
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
    },
    done() {
      flush();
      return done();
    },
    labelled() {
      flush();
      const now = done();
      labelledInk = now.strokes;
      save();
      return now;
    },
    fork() {
      carryOn();
      save();
    },
    next() {
      flush();
      const finished = done();
      begin();
      return finished;
    },
    save() {
      flush();
      save();
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}
