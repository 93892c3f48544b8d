import { emptyDrawing } from '../../shared/drawing.ts';
import type { DrawingsParts } from '../drawing/drawing-service.ts';
import type { LiveDrawing, OwnPrediction } from '../drawing/live-drawing.ts';
import type { Room } from '../room/room.ts';

/** Drawings for a room, without connections. */

let begun = 0;

interface Begun {
  author: string;
  id: string;
  person: number;
  begunAt: number;
}

export function begin(room: Room, who: Partial<Begun> = {}): LiveDrawing {
  const { author, id, person, begunAt }: Begun = {
    author: 'ada',
    id: `drawing of ${who.author}`,
    person: 1,
    begunAt: ++begun,
    ...who,
  };
  const live: LiveDrawing = {
    id,
    author,
    begunAt,
    room,
    person,
    ...room.place(0),
    drawing: emptyDrawing(),
    drawer: {
      session: author,
      address: '',
      room,
      person,
      guess: () => {},
      opinion: () => {},
      page: () => 0,
      setPage: () => {},
    },
    state: 'open',
    edits: 0,
    pen: { state: 'unknown', sinceMs: 0 },
    labelling: Promise.resolve(),
    logging: Promise.resolve(),
    predictionWaiters: [],
  };
  room.begun(live);
  return live;
}

/** A prediction that is the same for whole and unfinished ink. */
export function predictionOf(
  distribution: readonly number[],
  state: Partial<OwnPrediction> = {},
): OwnPrediction {
  const outputs = [...distribution, ...distribution, 0.5, 0.5];
  return { seq: 1, edits: 0, model: 'm', outputs, distribution, mixedMs: 0, isWhole: false, ...state };
}

export function ink(live: LiveDrawing, stroke: number, points: readonly number[]) {
  const known = live.drawing.strokes[stroke] ?? [];
  live.drawing.strokes[stroke] = [...known, ...points];
  live.room.inked(live, { stroke, offset: known.length / 2 });
}

/** Parts for `createDrawings` without predictions, storage limits or a database. */
export const idleDrawingsParts = (): DrawingsParts => ({
  predictor: { changed() {}, lifted() {}, prioritise() {} },
  feedback: {
    onLabelled() {},
    storeLabel: async () => ({ ok: true, value: { sample: 1 } }),
    storeFinished: async () => {},
    storeOpen: async () => {},
    relabel: async () => ({ ok: true, value: { sample: 2 } }),
    readLabel: async () => true,
  },
  budget: { payFor: () => 0 },
  metrics: { gauge() {}, unlogged: { inc() {} } },
  now: () => 0,
  after: () => () => {},
});
