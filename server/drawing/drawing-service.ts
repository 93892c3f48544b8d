import type { Ack, Refusal } from '../../shared/ack.ts';
import { applyEdit, countPoints, emptyDrawing } from '../../shared/drawing.ts';
import { maxOpenDrawings, maxPointsPerDrawing } from '../../shared/limits.ts';
import type { Draw, Finish, Label, Redraw } from '../../shared/protocol.ts';
import type { Metrics } from '../core/metrics.ts';
import { rateLimited, refuse } from '../core/refusal.ts';
import { storedBytes } from '../rate-limit/rate-limits.ts';
import { createHeldDrawings } from './held-drawings.ts';
import { createInkMemory } from './ink-memory.ts';
import type { Feedback } from './labels.ts';
import type { Drawer, LiveDrawing } from './live-drawing.ts';
import { createRowLabels } from './row-labels.ts';
import type { StorageBudget } from './storage-budget.ts';

/** Result of an append: applied, stale, a request for the whole drawing, or a refusal. */
export type DrawResult = 'applied' | 'stale' | 'resend' | Refusal;

export interface DrawingsParts {
  predictor: DrawingPredictor;
  feedback: Feedback;
  budget: StorageBudget;
  metrics: Pick<Metrics, 'gauge'> & { unlogged: Pick<Metrics['unlogged'], 'inc'> };
  /** Milliseconds, monotonic. */
  now(): number;
  /** Runs `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** The part of the predictor that drawings use. */
export interface DrawingPredictor {
  /** The drawing has ink without a prediction, or no ink any more. */
  changed(drawing: LiveDrawing): void;
  /** The pen left the pad, and the ink is as it was. */
  lifted(drawing: LiveDrawing): void;
  /** The drawing changed for the last time. */
  prioritise(drawing: LiveDrawing): void;
}

export interface Drawings {
  draw(drawer: Drawer, draw: Draw): DrawResult;
  redraw(drawer: Drawer, redraw: Redraw): Ack;
  finish(drawer: Drawer, finish: Finish): Promise<Ack>;
  label(drawer: Drawer, label: Label): Promise<Ack<{ sample: number }>>;
  /** Finishes a drawing whose author is gone. */
  expire(drawing: LiveDrawing): void;
  evict(drawing: LiveDrawing): void;
  /** Its row was deleted: takes the drawing off the wall and refuses further edits. */
  remove(drawing: string): void;
  /** Removes all drawings of a session that it started until then, and returns them. */
  removeOf(session: string, untilMs: number): LiveDrawing[];
  /** Its row was erased because of its age: takes the drawing off the wall. Its author may draw it anew. */
  takeOff(drawing: string): void;
  /** Its row got another label, or none: the wall shows it. */
  readLabel(drawing: string): void;
  /** `listener` is called for drawings that are not held here and got another label. */
  onRelabelled(listener: (drawing: string) => void): void;
  start(): void;
  /** The session's newest open drawing. */
  openOf(session: string): LiveDrawing | undefined;
  /** All open drawings. */
  open(): LiveDrawing[];
  count(): number;
  /** The room's finished drawings in memory, newest first. */
  finishedIn(room: string): LiveDrawing[];
  /** Predicts the open drawings of the rooms that match again, after a change of their champion. */
  predictAgain(isIn: (room: string) => boolean): void;
  /** Stores the ink that labelled drawings gained since their labels. */
  stop(): Promise<unknown>;
}

/** Time after which other authors have probably finished drawings and freed memory. */
const memoryRetryMs = 5_000;

const notYours = () => refuse('not_yours', 'This drawing belongs to somebody else.');
const done = () => refuse('unknown_drawing', 'This drawing is finished; begin a new one.');
const deleted = () =>
  refuse('not_found', { code: 'drawing_deleted', message: 'This drawing was deleted; begin a new one.' });
const noMemory = () => ({
  ...refuse('overloaded', 'The server holds as much ink as it can; finish a drawing, or go on later.'),
  retryAfterMs: memoryRetryMs,
});
const tooLarge = () => refuse('too_large', 'This drawing has as much ink as one may have.');

/** The operations of authors on the drawings in memory. */
export function createDrawings(parts: DrawingsParts): Drawings {
  const { predictor, feedback, budget, metrics, now, after } = parts;
  const memory = createInkMemory();
  const held = createHeldDrawings();
  const rowLabels = createRowLabels({ held, feedback, after });
  /** Connections that report when the pen leaves the pad: older clients do not. */
  const reportsLifts = new WeakSet<Drawer>();
  metrics.gauge('inkling_drawings', 'Drawings held in memory.', held.count);

  /** Undefined if the drawing belongs to another author. */
  function begin(drawer: Drawer, id: string): LiveDrawing | undefined {
    const elsewhere = drawer.room.find(id);
    if (elsewhere !== undefined && elsewhere.author !== drawer.session) return undefined;
    // The author comes from another node.
    if (elsewhere !== undefined) drawer.room.dropped(elsewhere);
    const theirs = held.openOf(drawer.session);
    for (const oldest of theirs.slice(0, Math.max(0, theirs.length + 1 - maxOpenDrawings))) close(oldest);
    const live: LiveDrawing = {
      id,
      author: drawer.session,
      // Later than on the other node, whose clock may be ahead.
      begunAt: Math.max(Date.now(), (elsewhere?.begunAt ?? 0) + 1),
      room: drawer.room,
      person: drawer.person,
      ...drawer.room.place(drawer.page()),
      drawing: emptyDrawing(),
      drawer,
      state: 'open',
      edits: 0,
      pen: { state: 'unknown', sinceMs: now() },
      labelling: Promise.resolve(),
      logging: Promise.resolve(),
      predictionWaiters: [],
    };
    held.add(live);
    drawer.room.begun(live);
    if (live.page !== drawer.page()) drawer.setPage(live.page);
    return live;
  }

  function movePen(live: LiveDrawing, { lifted }: Draw) {
    if (lifted !== undefined) reportsLifts.add(live.drawer);
    const state = lifted ? 'up' : reportsLifts.has(live.drawer) ? 'down' : 'unknown';
    live.pen = { state, sinceMs: now() };
  }

  /** Bytes on disk of a stored drawing. */
  const bytesOf = ({ drawing }: LiveDrawing) => storedBytes.drawing + drawing.points * storedBytes.point;

  /**
   * Milliseconds after which the drawing may be stored; 0 when it may be now, and is paid for. A label and a finish store
   * one row: the second of the two pays for the ink that came since the first.
   */
  function pay(live: LiveDrawing, { by, drawer = live.drawer }: { by: 'label' | 'finish'; drawer?: Drawer }) {
    const bytes = bytesOf(live);
    const paid = live.paid !== undefined && live.paid.by !== by ? live.paid.bytes : 0;
    const retryAfterMs = budget.payFor(drawer, Math.max(0, bytes - paid));
    if (retryAfterMs === 0) live.paid = paid > 0 ? undefined : { by, bytes };
    return retryAfterMs;
  }

  function close(live: LiveDrawing, payment: 'paid' | 'due' = 'due') {
    if (live.drawing.points === 0) {
      held.delete(live);
      memory.forget(live);
      live.room.dropped(live);
      return;
    }
    held.end(live);
    live.state = 'finished';
    live.room.finished(live);
    if (payment === 'paid' || pay(live, { by: 'finish' }) === 0) {
      predictor.prioritise(live);
      live.logging = feedback.storeFinished(live);
    } else metrics.unlogged.inc();
  }

  /** A labelled drawing whose ink was all undone is finished as labelled; new ink starts another drawing. */
  function endTakenBack(live: LiveDrawing) {
    const { stored } = live;
    if (stored === undefined || live.state !== 'open' || live.drawing.points > 0) return;
    applyEdit(live.drawing, { seq: live.drawing.seq, strokes: stored.strokes });
    memory.hold(live, live.drawing.points);
    stored.edits = ++live.edits;
    live.room.redrawn(live);
    predictor.changed(live);
    close(live);
  }

  function takeOff(drawing: string) {
    const live = held.get(drawing);
    if (live === undefined) return;
    held.delete(live);
    memory.forget(live);
    live.state = 'finished';
    live.room.dropped(live);
  }

  function remove(drawing: string) {
    // Remembered for unknown drawings too: the author may come from another node and resend the drawing.
    held.rememberRemoved(drawing);
    takeOff(drawing);
  }

  return {
    draw(drawer, edit) {
      let live = held.get(edit.drawing);
      if (live === undefined) {
        // The ack of the resent drawing gives the reason.
        if (edit.stroke !== 0 || edit.offset !== 0 || held.isRemoved(edit.drawing)) return 'resend';
        live = begin(drawer, edit.drawing);
      }
      if (live?.author !== drawer.session) return notYours();
      if (live.state === 'finished') return done();
      live.drawer = drawer;
      if (!memory.hold(live, live.drawing.points + edit.points.length / 2)) return noMemory();
      const result = applyEdit(live.drawing, edit);
      if (result !== 'applied') memory.hold(live, live.drawing.points);
      switch (result) {
        case 'applied':
          movePen(live, edit);
          if (edit.points.length === 0) {
            predictor.lifted(live);
            return result;
          }
          live.edits++;
          live.room.inked(live, edit);
          predictor.changed(live);
          return result;
        case 'stale':
          return result;
        case 'gap':
          return 'resend';
        case 'too_large':
          return tooLarge();
        default:
          return result satisfies never;
      }
    },
    redraw(drawer, edit) {
      const points = countPoints(edit.strokes);
      if (points > maxPointsPerDrawing) return tooLarge();
      if (held.isRemoved(edit.drawing)) return deleted();
      const live = held.get(edit.drawing) ?? begin(drawer, edit.drawing);
      if (live?.author !== drawer.session) return notYours();
      // A client that missed the ack of its finish resends the whole drawing, which is already stored.
      if (live.state === 'finished') return { ok: true };
      live.drawer = drawer;
      if (!memory.hold(live, points)) return noMemory();
      if (applyEdit(live.drawing, edit) !== 'applied') return tooLarge();
      live.pen.sinceMs = now();
      live.edits++;
      live.room.redrawn(live);
      predictor.changed(live);
      endTakenBack(live);
      return { ok: true };
    },
    async finish(drawer, { drawing }) {
      const live = held.get(drawing);
      if (live === undefined) return refuse('unknown_drawing', 'No such drawing is being drawn.');
      if (live.author !== drawer.session) return notYours();
      if (live.state === 'open') {
        const retryAfterMs = live.drawing.points === 0 ? 0 : pay(live, { by: 'finish', drawer });
        if (retryAfterMs > 0) return rateLimited(retryAfterMs);
        close(live, 'paid');
      }
      await live.logging;
      return { ok: true };
    },
    label(drawer, label) {
      if (held.isRemoved(label.drawing)) return Promise.resolve(deleted());
      const live = held.get(label.drawing);
      if (live === undefined) return rowLabels.relabel(drawer, label);
      if (live.author !== drawer.session) return Promise.resolve(notYours());
      if (live.drawing.points === 0)
        return Promise.resolve(
          refuse('invalid', { code: 'nothing_drawn', message: 'There is nothing drawn to label.' }),
        );
      const retryAfterMs = pay(live, { by: 'label', drawer });
      if (retryAfterMs > 0) return Promise.resolve(rateLimited(retryAfterMs));
      const labelled = { digit: label.digit, ink: live.drawing.strokes };
      const stored = live.labelling.then(async () => {
        const ack = await feedback.storeLabel(live, labelled);
        endTakenBack(live);
        return ack;
      });
      live.labelling = stored.catch(() => {});
      return stored;
    },
    expire(drawing) {
      if (drawing.state === 'open') close(drawing);
    },
    evict(drawing) {
      held.delete(drawing);
      memory.forget(drawing);
    },
    remove,
    removeOf(session, untilMs) {
      const theirs = held.all().filter(({ author, begunAt }) => author === session && begunAt <= untilMs);
      for (const { id } of theirs) remove(id);
      return theirs;
    },
    takeOff,
    readLabel: rowLabels.readLabel,
    onRelabelled: rowLabels.onRelabelled,
    start: rowLabels.start,
    openOf: session => held.openOf(session).at(-1),
    open: held.open,
    count: held.count,
    finishedIn: room =>
      held
        .all()
        .filter(live => live.state === 'finished' && live.room.name === room)
        .reverse(),
    predictAgain(isIn) {
      for (const live of held.open())
        if (live.drawing.points > 0 && isIn(live.room.name)) predictor.changed(live);
    },
    stop() {
      rowLabels.stop();
      return Promise.all(held.open().map(feedback.storeOpen));
    },
  };
}
